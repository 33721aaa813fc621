using OpsDashboard.Audit;

namespace OpsDashboard.Ui;

/// <summary>A number beside a page of the menu: how much waits there. Filled by the features; thread-safe.</summary>
public interface IMenuBadge
{
    /// <summary>The page's address, as in <see cref="Urls"/>.</summary>
    string Url { get; }

    /// <summary>What is counted, for those who hear it: "wait for somebody".</summary>
    string Words { get; }

    /// <summary>As far as the actor may see; 0 shows nothing.</summary>
    int Count(Actor actor);

    /// <summary>Calls back when the number may be another, until disposed.</summary>
    IDisposable Subscribe(Action changed);
}
