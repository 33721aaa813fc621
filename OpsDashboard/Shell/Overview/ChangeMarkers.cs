using OpsDashboard.Audit;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Shell.Overview;

/// <summary>What people changed and which faults were injected, in the charts of the systems that they concern. Thread-safe.</summary>
sealed class ChangeMarkers(AuditReader audit) : IChartMarkers
{
    const int MostEntries = 200;

    public async ValueTask<IReadOnlyList<ChartMarker>> MarkersAsync(long from, long to, string? systemId, Actor actor, CancellationToken stop)
    {
        var entries = await audit.FindAsync(new(Outcome: AuditOutcome.Done, From: DateTimeOffset.FromUnixTimeMilliseconds(from), Until: DateTimeOffset.FromUnixTimeMilliseconds(to)), null, MostEntries, stop);
        return [.. from line in entries
                   let concerns = LatelyChanged.SystemOf(line.Entry.Subject)
                   where LatelyChanged.IsChange(line) && LatelyChanged.MaySee(actor, line.Entry.Subject) && (systemId is null || concerns is null || concerns == systemId)
                   let change = LatelyChanged.ToChange(line)
                   select new ChartMarker(concerns, change.At.ToUnixTimeMilliseconds(), null, LatelyChanged.Noun(line) == "fault" ? "fault" : "change", $"{change.Text}, {change.By}")];
    }
}
