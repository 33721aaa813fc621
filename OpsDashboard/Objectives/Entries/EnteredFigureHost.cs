using OpsDashboard.Live;

namespace OpsDashboard.Objectives.Entries;

/// <summary>Stores what was entered while the sample store could not take it: at the start, then once a minute.</summary>
sealed class EnteredFigureHost(EnteredFigures figures, TimeProvider clock, ILogger<EnteredFigureHost> log)
    : LookingHost("Entered figures that wait could not be stored", TimeSpan.FromMinutes(1), clock, log)
{
    protected internal override Task LookAsync(CancellationToken stop) => figures.StoreLeftAsync(stop);
}
