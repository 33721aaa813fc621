namespace OpsDashboard.Metrics;

/// <summary>
/// A series as the head knows it. Callers keep it across batches to save the look-up;
/// once <see cref="IsEvicted"/> it takes no more samples and must be resolved again.
/// </summary>
public abstract class SeriesRef(Labels labels)
{
    public Labels Labels { get; } = labels;

    /// <summary>True once the head dropped the series (nothing was appended to it for longer than the head spans).</summary>
    public abstract bool IsEvicted { get; }
}

/// <summary>One sample on its way into a series.</summary>
public readonly record struct PendingSample(SeriesRef Series, long At, double Value);

/// <summary>What became of a batch, in samples. Refusals are counted, never thrown; the rest of the batch is stored.</summary>
/// <param name="Accepted">Stored now, or already there with the same value.</param>
/// <param name="Conflicting">Same time, other value: the first one stays.</param>
/// <param name="TooFarAhead">More than ten minutes ahead of the clock.</param>
/// <param name="TooOld">Older than the retention of raw samples.</param>
public readonly record struct AppendOutcome(int Accepted, int Conflicting, int TooFarAhead, int TooOld)
{
    public int Refused => Conflicting + TooFarAhead + TooOld;
}

/// <summary>The way in for samples. Thread-safe. A batch becomes visible to queries and followers when the call returns.</summary>
public interface ISampleAppender
{
    /// <summary>Finds or adds the series.</summary>
    /// <exception cref="SeriesLimitException">The head holds as many series as it may.</exception>
    SeriesRef Resolve(Labels labels);

    /// <summary>Keeps what an exposition said of a metric; the last word wins.</summary>
    void Describe(MetricMetadata metadata);

    /// <summary>Keeps it only where nothing is known of the metric: for whom may not speak for all who have it.</summary>
    /// <returns>Whether it was kept.</returns>
    bool Suggest(MetricMetadata metadata)
    {
        Describe(metadata);
        return true;
    }

    /// <summary>For collected samples: durable within a second, so a crash may lose the last one.</summary>
    AppendOutcome Append(ReadOnlySpan<PendingSample> batch);

    /// <summary>For samples whose sender is told that they are kept: returns after the commit.</summary>
    Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop);
}

/// <summary>The head's cap on series is reached; the message names the cap and the setting.</summary>
public sealed class SeriesLimitException(string message) : Exception(message);
