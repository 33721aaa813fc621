using OpsDashboard.Audit;

namespace OpsDashboard.Alerts;

/// <summary>Something that can be done about an alert, shown beside it.</summary>
/// <param name="Title">A verb first.</param>
/// <param name="Kind">reversible, read, guide…</param>
/// <param name="Facts">How often it helped, how long it took; empty where nothing is known.</param>
/// <param name="Url">Where it begins: a page that shows what it would do. Never acts by itself.</param>
/// <param name="MayDo">Whether the actor may go through with it, and not only look.</param>
/// <param name="RunningUrl">Where it runs already for this alert, or null.</param>
public sealed record AlertAction(string Title, string Summary, string Kind, string Facts, string Url, bool MayDo, string? RunningUrl = null);

/// <summary>What can be done about an alert. Filled by features above; thread-safe.</summary>
public interface IAlertActions
{
    /// <summary>The most helpful first; only what the actor may see.</summary>
    Task<IReadOnlyList<AlertAction>> OfAsync(Actor actor, Alert alert, CancellationToken stop);

    /// <summary>Calls back when the answer may be another, until disposed.</summary>
    IDisposable Subscribe(Action changed);
}
