namespace OpsDashboard.Logs;

/// <summary>Section <c>Logs</c>.</summary>
public sealed class LogsOptions
{
    /// <summary>How long lines are kept, by the day of the line.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Bytes of text kept of one system; the oldest go first, in whole partitions. The database takes about two to three times as much.</summary>
    public long MaxBytesPerSystem { get; set; } = 4L << 30;

    /// <summary>Bytes of lines that may wait for the database; more are refused.</summary>
    public long MaxWaitingBytes { get; set; } = 64L << 20;

    /// <summary>Bytes of one intake request, unpacked.</summary>
    public int MaxBodyBytes { get; set; } = 10 << 20;

    /// <summary>How long one search looks before it answers with what it found so far.</summary>
    public TimeSpan SearchTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Patterns kept apart of one system; further lines count as one pattern a level.</summary>
    public int MaxPatternsPerSystem { get; set; } = 2000;

    /// <summary>A partition that holds more is closed, so that each is a small part of what a system may have.</summary>
    public long PartitionBytes => MaxBytesPerSystem / 8;

    /// <summary>What is wrong, each with its key and remedy.</summary>
    public IEnumerable<string> Problems()
    {
        if (Retention < TimeSpan.FromDays(1) || Retention > TimeSpan.FromDays(3650))
            yield return "Logs__Retention must lie between one day and ten years, e.g. 30.00:00:00.";
        if (MaxBytesPerSystem < 1 << 20)
            yield return "Logs__MaxBytesPerSystem must be at least 1048576.";
        if (MaxBodyBytes < 1 << 16 || MaxWaitingBytes < MaxBodyBytes)
            yield return "Logs__MaxBodyBytes must be at least 65536, and Logs__MaxWaitingBytes at least as large.";
        if (SearchTimeout <= TimeSpan.Zero)
            yield return "Logs__SearchTimeout must be longer than nothing, e.g. 00:00:05.";
        if (MaxPatternsPerSystem < 1)
            yield return "Logs__MaxPatternsPerSystem must be at least 1.";
    }
}
