using OpsDashboard.Audit;

namespace OpsDashboard.Alerts;

/// <summary>A button in the head of an alert's page, beside its own.</summary>
/// <param name="Url">Where it leads; never acts by itself.</param>
/// <param name="Key">By which the keyboard presses it, or null.</param>
public sealed record AlertButton(string Title, string Url, string? Key = null);

/// <summary>What features above put into the head of an alert. Register any number as singletons; thread-safe.</summary>
public interface IAlertButtons
{
    Task<IReadOnlyList<AlertButton>> OfAsync(Actor actor, Alert alert, CancellationToken stop);

    /// <summary>Calls back when the answer may be another, until disposed.</summary>
    IDisposable Subscribe(Action changed);
}
