using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;

namespace OpsDashboard.Incidents.Telling;

/// <summary>Beside a maintenance window: the way to tell users of it.</summary>
sealed class WindowLinks(TimeProvider clock) : ISilenceLinks
{
    public IReadOnlyList<SilenceLink> Of(Actor actor, Silence silence) =>
        UpdateDesk.MayTell(actor, silence) && silence.StateAt(clock.GetUtcNow()) != SilenceState.Expired ? [new("Tell users…", UpdateUrls.OfWindow(silence.Id))] : [];
}
