namespace OpsDashboard.Metrics;

/// <summary>Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>How long samples are kept as they came.</summary>
    public TimeSpan RawRetention { get; set; } = TimeSpan.FromDays(10);

    /// <summary>How long one aggregate a minute is kept.</summary>
    public TimeSpan MinuteRetention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long one aggregate an hour is kept.</summary>
    public TimeSpan HourRetention { get; set; } = TimeSpan.FromDays(3 * 365);

    /// <summary>The time that one stored chunk of a series spans; younger samples are in memory.</summary>
    public TimeSpan HeadSpan { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Series in memory at a time; one more is refused.</summary>
    public int MaxSeries { get; set; } = 200_000;

    /// <summary>Samples stamped further ahead of the clock than this are refused.</summary>
    public TimeSpan MaxAhead { get; set; } = TimeSpan.FromMinutes(10);
}
