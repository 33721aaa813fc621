using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store;

/// <summary>
/// Lines that those who follow in this process have been told of, or are about to be: what this process stored, and what it found of other replicas.
/// Kept for a while, and only where replicas share a database. Thread-safe.
/// </summary>
sealed class KnownLines(StorageOptions storage, TimeProvider clock)
{
    /// <summary>Lines are known at least so long.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(20);

    readonly Lock gate = new();
    HashSet<long> lately = [], before = [];
    DateTimeOffset turnedAt;

    public bool IsKept => storage.Provider == StorageProvider.Postgres;

    /// <summary>Remembers lines; returns those that were not known.</summary>
    public IReadOnlyList<LogEntry> Note(IReadOnlyList<LogEntry> entries)
    {
        if (!IsKept)
            return [];
        lock (gate)
        {
            Turn();
            return [.. entries.Where(entry => !before.Contains(entry.Id) && lately.Add(entry.Id))];
        }
    }

    // Two halves, so that what is old is forgotten.
    void Turn()
    {
        if (clock.GetUtcNow() - turnedAt < Kept)
            return;
        (before, lately, turnedAt) = (lately, [], clock.GetUtcNow());
    }
}
