using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Alerts.Silences;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>Of which alerts nobody is told at one moment.</summary>
sealed record Muting(Func<Alert, bool> IsMuted, Func<Alert, bool> IsHandled);

/// <summary>Asks silences, inhibitions and acknowledgements at once, for all alerts of a round. Thread-safe.</summary>
sealed class AlertHandling(SilenceBook silences, Acknowledgements acknowledgements, IEnumerable<IAlertMutes> mutes)
{
    public Muting Now(RoutingTable table, IReadOnlyCollection<Alert> alerts)
    {
        var (active, inhibitions) = (silences.Active, new Inhibitions(table.Inhibitions, alerts));
        var muted = mutes.SelectMany(source => source.Current).ToArray();
        return new(
            alert => alert.InhibitedBy is not null || active.Any(silence => silence.Matches(alert.Labels)) || muted.Any(mute => mute.Matches(alert.Labels)) || inhibitions.InhibitorOf(alert.Labels) is not null,
            alert => acknowledgements.Of(alert.Id) is not null);
    }
}
