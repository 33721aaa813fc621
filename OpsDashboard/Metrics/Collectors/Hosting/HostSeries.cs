namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>The series that the host reports for every target, whatever its kind. Not thread-safe.</summary>
sealed class HostSeries(TargetLabels labels, ISampleAppender appender)
{
    public const string Up = "up", Duration = "collector_duration_seconds", SampleCount = "collector_samples", MissedTicks = "collector_missed_ticks_total", ConsecutiveFailures = "collector_consecutive_failures";

    static readonly MetricMetadata[] Descriptions =
    [
        new(Up, MetricKind.Gauge, "1 when the last collection of the target succeeded, else 0."),
        new(Duration, MetricKind.Gauge, "How long the last collection took.", "seconds"),
        new(SampleCount, MetricKind.Gauge, "Samples that the last collection yielded."),
        new(MissedTicks, MetricKind.Counter, "Ticks at which nothing was collected, since the start of the program."),
        new(ConsecutiveFailures, MetricKind.Gauge, "Collections that failed in a row, the last one included."),
    ];

    readonly SeriesRef?[] series = new SeriesRef?[Descriptions.Length];

    public static void Describe(ISampleAppender appender)
    {
        foreach (var description in Descriptions)
            appender.Describe(description);
    }

    public void Add(List<PendingSample> batch, long at, int consecutiveFailures, TimeSpan duration, int samples, long missedTicks)
    {
        ReadOnlySpan<double> values = [consecutiveFailures == 0 ? 1 : 0, duration.TotalSeconds, samples, missedTicks, consecutiveFailures];
        for (var i = 0; i < values.Length; i++)
        {
            if (series[i] is null or { IsEvicted: true })
                series[i] = appender.Resolve(labels.Identify(Descriptions[i].Metric, []));
            batch.Add(new(series[i]!, at, values[i]));
        }
    }

    /// <summary>Ends them: the target is no longer collected.</summary>
    public void End(List<PendingSample> batch, long at)
    {
        foreach (var known in series)
        {
            if (known is { IsEvicted: false })
                batch.Add(new(known, at, StaleMarker.Value));
        }
    }
}
