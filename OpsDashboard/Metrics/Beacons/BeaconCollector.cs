using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>Writes what was posted since the start. Nothing posted is no failure: there may be no visitor.</summary>
public sealed class BeaconCollector(Target target, BeaconIntake intake) : ICollector
{
    static readonly (string Metric, MetricKind Kind, string Help)[] Known =
    [
        ("frame_rate", MetricKind.Gauge, "Frames a second, the lowest page's worst decile."),
        ("rum_fps_worst_decile", MetricKind.Gauge, "Mean frames a second of the lowest tenth of the seconds in the window."),
        ("rum_fps", MetricKind.Histogram, "Seconds on the page by frames counted."),
        ("rum_heap_bytes", MetricKind.Gauge, "The largest script heap reported in the window."),
        ("rum_api_duration_seconds", MetricKind.Histogram, "Requests that pages made."),
        ("rum_errors_total", MetricKind.Counter, "Errors on pages."),
        ("rum_satisfaction_score", MetricKind.Gauge, "Mean of the last 500 answers, 1 to 5, at most 30 days old."),
        ("rum_satisfaction_answers_total", MetricKind.Counter, "Answers."),
        ("rum_satisfaction_points_total", MetricKind.Counter, "Points of all answers together."),
        ("rum_beacons_total", MetricKind.Counter, "Batches counted."),
        ("rum_beacons_refused_total", MetricKind.Counter, "Batches refused."),
        ("rum_simulated", MetricKind.Gauge, "1 while the figures are SIMULATED."),
    ];

    readonly BeaconSite site = intake.Open(target);

    public ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        foreach (var (metric, kind, help) in Known)
            context.Describe(metric, kind, help);
        var added = site.Figures.WriteTo(context);
        foreach (var (reason, count) in site.Refusals)
        {
            context.Add("rum_beacons_refused_total", count, ("reason", reason.ToString().ToLowerInvariant()));
            added++;
        }
        return new(CollectOutcome.Ok(added));
    }

    public ValueTask DisposeAsync()
    {
        intake.Close(site);
        return ValueTask.CompletedTask;
    }
}
