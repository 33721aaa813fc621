using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Alerts.Story;

/// <summary>
/// Alerts in the charts of their system, from when they fired until they were resolved. A rule with the label <c>kind: anomaly</c> finds what is
/// unusual, not what is wrong: it is drawn as such. Thread-safe.
/// </summary>
public sealed class AlertMarkers(AlertQuery alerts) : IChartMarkers
{
    const string Kind = "kind", Anomaly = "anomaly", Watchdog = "none";

    /// <summary>More would hide the chart; the latest are drawn.</summary>
    const int Most = 100;

    /// <summary>What still fires is drawn beyond the end of the span: the chart goes on.</summary>
    const long StillFires = 3_600_000;

    public async ValueTask<IReadOnlyList<ChartMarker>> MarkersAsync(long from, long to, string? systemId, Actor actor, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadAlerts))
            return [];
        AlertHistoryFilter filter = new(Systems: systemId is null ? null : [systemId], From: At(from), To: At(to));
        var stored = await alerts.HistoryAsync(actor, filter, null, Most, stop);
        // What the database does not hold yet fires all the same.
        var unsaved = alerts.Current(actor).Where(alert => alert.FiredAt <= filter.To && !(alert.ResolvedAt < filter.From) && (systemId is null || alert.SystemId == systemId));
        return [.. unsaved.Concat(stored).DistinctBy(alert => alert.Id).Where(alert => alert.Severity != Watchdog).OrderByDescending(alert => alert.FiredAt).Take(Most).Select(alert => ToMarker(alert, to))];
    }

    static ChartMarker ToMarker(Alert alert, long to) => new(
        alert.SystemId, Milliseconds(alert.FiredAt!.Value), alert.ResolvedAt is { } resolved ? Milliseconds(resolved) : to + StillFires,
        alert.Labels[Kind] == Anomaly ? "anomaly" : alert.Severity == "critical" ? "alert" : "warning", alert.Summary, $"alerts/{alert.Id}");

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
