namespace OpsDashboard.Metrics;

/// <summary>How the sample store is: for the header, the self metrics and health checks.</summary>
public sealed record SampleStoreStatus
{
    /// <summary>Series in memory, and all that are known.</summary>
    public int LiveSeries { get; init; }
    public int KnownSeries { get; init; }

    /// <summary>Memory of the compressed samples that are not sealed yet, counted every quarter of a minute; bounded by <c>Metrics:HeadBytes</c> and what a minute adds.</summary>
    public long HeadBytes { get; init; }

    /// <summary>Samples taken since the start; duplicates are not among them.</summary>
    public long SamplesAppended { get; init; }
    public long Duplicates { get; init; }

    /// <summary>Of those taken: came after their time was sealed.</summary>
    public long LateSamples { get; init; }

    /// <summary>Samples refused since the start, by reason.</summary>
    public long RefusedConflicting { get; init; }
    public long RefusedTooFarAhead { get; init; }
    public long RefusedTooOld { get; init; }

    /// <summary>Written since the start.</summary>
    public long WalBytes { get; init; }
    public long Chunks { get; init; }
    public long ChunkBytes { get; init; }
    public long ChunkSamples { get; init; }

    /// <summary>When something last reached the database; null before the first time.</summary>
    public DateTimeOffset? LastCommit { get; init; }

    /// <summary>For how long the oldest sample that is not in the database has waited; around a second when all is well.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Samples that wait for the database, and the memory that they take.</summary>
    public int BufferedSamples { get; init; }
    public long BufferedBytes { get; init; }

    /// <summary>Samples that found the buffer full: they are in memory and are written when they are sealed, but a crash before that loses them.</summary>
    public long BufferOverflow { get; init; }

    /// <summary>Why the database cannot be written; null while it can.</summary>
    public string? LastError { get; init; }

    /// <summary>Samples up to here are sealed in chunks.</summary>
    public DateTimeOffset? SealedUpTo { get; init; }

    /// <summary>How far the wall clock is behind the stamps already given, because it was set back; stamps stand still until it has caught up.</summary>
    public TimeSpan ClockBehind { get; init; }

    /// <summary>Stored records and chunks that are damaged and were left out: how many, and sentences about the latest.</summary>
    public long ProblemCount { get; init; }
    public IReadOnlyList<string> Problems { get; init; } = [];

    public bool IsHealthy => LastError is null && BufferOverflow == 0;
}

/// <summary>Who asks the store how it is.</summary>
public interface ISampleStoreHealth
{
    SampleStoreStatus Status { get; }
}
