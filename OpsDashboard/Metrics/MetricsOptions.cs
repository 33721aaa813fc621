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

    /// <summary>How long samples may come out of order before they count as late; the youngest samples that are never sealed.</summary>
    public TimeSpan SealDelay { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of compressed samples in memory; past this, chunks are sealed before their span is over.</summary>
    public long HeadBytes { get; set; } = 48L << 20;

    /// <summary>Series in memory at a time; one more is refused.</summary>
    public int MaxSeries { get; set; } = 200_000;

    /// <summary>Samples stamped further ahead of the clock than this are refused.</summary>
    public TimeSpan MaxAhead { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Samples that may wait while the database is away, at 24 bytes each.</summary>
    public int MaxBufferedSamples { get; set; } = 2_500_000;

    /// <summary>Packs write-ahead records: a third of the bytes for a little processor time.</summary>
    public bool CompressWal { get; set; } = true;

    /// <summary>What is wrong, each with its key and remedy.</summary>
    public IEnumerable<string> Problems()
    {
        if (HeadSpan < TimeSpan.FromMinutes(1) || HeadSpan > TimeSpan.FromDays(1))
            yield return "Metrics__HeadSpan must lie between one minute and one day, e.g. 02:00:00.";
        if (SealDelay < TimeSpan.Zero || SealDelay > HeadSpan)
            yield return "Metrics__SealDelay must lie between zero and Metrics__HeadSpan, e.g. 00:10:00.";
        if (RawRetention < HeadSpan || MinuteRetention < RawRetention || HourRetention < MinuteRetention)
            yield return "Metrics__RawRetention, Metrics__MinuteRetention and Metrics__HourRetention must ascend, the first at least Metrics__HeadSpan, e.g. 10.00:00:00, 90.00:00:00, 1095.00:00:00.";
        if (MaxSeries < 1 || MaxBufferedSamples < 1 || HeadBytes < 1 << 20)
            yield return "Metrics__MaxSeries and Metrics__MaxBufferedSamples must be at least 1, Metrics__HeadBytes at least 1048576.";
        if (MaxAhead < TimeSpan.Zero)
            yield return "Metrics__MaxAhead must not be negative, e.g. 00:10:00.";
    }
}
