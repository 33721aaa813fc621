using OpsDashboard.Metrics.Store.Aggregates;

namespace OpsDashboard.Metrics.Store.Database;

/// <summary>What a chunk holds: the samples themselves, or one aggregate a minute or an hour.</summary>
enum Tier { Raw = 0, Minute = 1, Hour = 2 }

/// <summary>A series with the database's number.</summary>
readonly record struct StoredSeries(long Id, Labels Labels);

/// <summary>One chunk of one series on its way to or from the database.</summary>
/// <param name="Seal">The seal that it belongs to; it counts once that seal is complete. 0 always counts.</param>
readonly record struct StoredChunk(long Series, Tier Tier, long MinAt, long MaxAt, int Count, long Seal, byte[] Data)
{
    /// <summary>Of aggregates there is one chunk a window: a new one replaces it.</summary>
    public long WindowStart => Tiers.Floor(MinAt, Tiers.Window(Tier));

    public long WindowEnd => WindowStart + Tiers.Window(Tier) - 1;
}

/// <summary>One write-ahead record; sequences of one process are committed in ascending order.</summary>
/// <param name="MaxAt">The latest sample in it.</param>
readonly record struct WalRecord(long Process, long Sequence, long MaxAt, byte[] Data);

/// <summary>How far the samples are sealed.</summary>
/// <param name="Cut">Samples up to here are in chunks.</param>
/// <param name="Seal">The last complete seal.</param>
/// <param name="Rolled">Aggregates are complete up to here.</param>
readonly record struct SealState(long Cut, long Seal, long Rolled = long.MinValue);

/// <summary>What one transaction writes.</summary>
sealed record StoreCommit
{
    public IReadOnlyCollection<MetricMetadata> Metadata { get; init; } = [];
    public IReadOnlyCollection<WalRecord> Wal { get; init; } = [];
    public IReadOnlyCollection<StoredChunk> Chunks { get; init; } = [];

    /// <summary>Rows of raw chunks, by their numbers, that the chunks of this commit replace: all of them, or the commit fails.</summary>
    public IReadOnlyCollection<long> Replaced { get; init; } = [];

    /// <summary>Rows of late chunks, by their numbers, that no compaction needs to look at again.</summary>
    public IReadOnlyCollection<long> Settled { get; init; } = [];

    /// <summary>Hours whose aggregates must be computed anew, because a late sample fell into them.</summary>
    public IReadOnlyCollection<(long Series, long Hour)> Dirty { get; init; } = [];

    /// <summary>Of those, the ones whose aggregates this commit holds.</summary>
    public IReadOnlyCollection<(long Series, long Hour)> Cleaned { get; init; } = [];

    /// <summary>Aggregates are complete up to here now.</summary>
    public long? Rolled { get; init; }

    /// <summary>Completes a seal, and with it drops the records that it made needless: per process those up to a sequence, if nothing in them is later than the cut.</summary>
    public SealState? Sealed { get; init; }
    public IReadOnlyDictionary<long, long> TrimWal { get; init; } = new Dictionary<long, long>();

    /// <summary>Somebody's write is acknowledged by this commit: it must be on the disk, not only with the operating system.</summary>
    public bool Durable { get; init; }
}

/// <summary>
/// The store's tables. One caller writes, any number read. What goes wrong is thrown as the provider's <see cref="System.Data.Common.DbException"/>
/// or an I/O exception; nothing of a failed commit is kept.
/// </summary>
interface ISampleDatabase : IAsyncDisposable
{
    /// <summary>True where other processes may write too.</summary>
    bool IsShared { get; }

    /// <summary>Creates or checks the tables.</summary>
    Task OpenAsync(CancellationToken stop);

    /// <summary>True if this process is the one that seals, and keeps being it until it ends or loses the database.</summary>
    Task<bool> TryLeadAsync(CancellationToken stop);

    Task<SealState> ReadStateAsync(CancellationToken stop);

    /// <summary>Series with a greater number than the given one, ascending.</summary>
    IAsyncEnumerable<StoredSeries> ReadSeriesAsync(long after, CancellationToken stop);

    /// <summary>The identity behind a number, or null.</summary>
    Task<Labels?> FindSeriesAsync(long id, CancellationToken stop);

    IAsyncEnumerable<MetricMetadata> ReadMetadataAsync(CancellationToken stop);

    /// <summary>Records later than those already applied, by process and sequence.</summary>
    IAsyncEnumerable<WalRecord> ReadWalAsync(IReadOnlyDictionary<long, long> applied, CancellationToken stop);

    /// <summary>Finds or adds series and returns their numbers in the same order.</summary>
    Task<long[]> AddSeriesAsync(IReadOnlyList<Labels> labels, CancellationToken stop);

    Task CommitAsync(StoreCommit commit, CancellationToken stop);

    /// <summary>Removes the chunks of a seal that never became complete.</summary>
    Task AbandonSealAsync(CancellationToken stop);

    /// <summary>Chunks that overlap [from, to], by series and first sample.</summary>
    IAsyncEnumerable<StoredChunk> ReadChunksAsync(IReadOnlyList<long> series, Tier tier, long from, long to, CancellationToken stop);

    /// <summary>Which of the series have a chunk that overlaps [from, to].</summary>
    Task<HashSet<long>> SeriesWithChunksAsync(IReadOnlyList<long> series, long from, long to, CancellationToken stop);

    /// <summary>About where the raw samples begin; null if there are none.</summary>
    Task<long?> FirstSampleAsync(CancellationToken stop);

    /// <summary>The series that have raw chunks which touch [from, to).</summary>
    Task<List<long>> SeriesInSpanAsync(long from, long to, CancellationToken stop);

    /// <summary>Hours before the given time whose aggregates must be computed anew, so many at most.</summary>
    Task<List<(long Series, long Hour)>> ReadDirtyAsync(long before, int limit, CancellationToken stop);

    /// <summary>Raw chunks that late samples made and that no compaction has seen yet (seal 0), in the order of series and first sample: those after the given one, so many at most.</summary>
    Task<List<(long Series, long MinAt)>> ReadLateChunksAsync(long afterSeries, long afterMinAt, int limit, CancellationToken stop);

    /// <summary>The raw chunks of a series that overlap [from, to], with the numbers of their rows, in the order in which queries read them.</summary>
    Task<List<(long Id, StoredChunk Chunk)>> ReadRawChunksAsync(long series, long from, long to, CancellationToken stop);

    /// <summary>Removes chunks that end before the given time, so many at most; returns how many it were.</summary>
    Task<int> PurgeAsync(Tier tier, long before, int limit, CancellationToken stop);
}
