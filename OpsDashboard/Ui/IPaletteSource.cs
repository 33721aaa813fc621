using OpsDashboard.Audit;

namespace OpsDashboard.Ui;

/// <param name="Title">What is found by typing.</param>
/// <param name="Kind">Small word beside it: page, system, dashboard, runbook…</param>
/// <param name="Words">More text that is searched but not shown.</param>
public sealed record PaletteEntry(string Title, string Kind, string Icon, string Url, string Words = "");

/// <summary>Puts entries into the Ctrl-K palette. Register any number as singletons.</summary>
public interface IPaletteSource
{
    /// <summary>Only what the actor may open.</summary>
    IEnumerable<PaletteEntry> Entries(Actor actor);
}
