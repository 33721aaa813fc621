namespace OpsDashboard.Metrics.Store;

/// <summary>What the store counts of itself. Thread-safe.</summary>
sealed class StoreCounters
{
    const int ProblemsKept = 20;

    readonly Lock gate = new();
    readonly Queue<string> problems = [];
    long problemCount;
    long appended;
    long duplicates;
    long conflicting;
    long ahead;
    long tooOld;
    long late;
    long walBytes;
    long chunks;
    long chunkBytes;
    long chunkSamples;

    public long Appended => Volatile.Read(ref appended);
    public long Duplicates => Volatile.Read(ref duplicates);
    public long Conflicting => Volatile.Read(ref conflicting);
    public long TooFarAhead => Volatile.Read(ref ahead);
    public long TooOld => Volatile.Read(ref tooOld);
    public long Late => Volatile.Read(ref late);
    public long WalBytes => Volatile.Read(ref walBytes);
    public long Chunks => Volatile.Read(ref chunks);
    public long ChunkBytes => Volatile.Read(ref chunkBytes);
    public long ChunkSamples => Volatile.Read(ref chunkSamples);
    public long ProblemCount => Volatile.Read(ref problemCount);

    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate)
                return [.. problems];
        }
    }

    public void Batch(AppendOutcome outcome, int duplicate, int lateOnes)
    {
        Interlocked.Add(ref appended, outcome.Accepted - duplicate);
        Interlocked.Add(ref duplicates, duplicate);
        Interlocked.Add(ref late, lateOnes);
        if (outcome.Refused == 0)
            return;
        Interlocked.Add(ref conflicting, outcome.Conflicting);
        Interlocked.Add(ref ahead, outcome.TooFarAhead);
        Interlocked.Add(ref tooOld, outcome.TooOld);
    }

    /// <summary>Late samples that turned out, when their chunk was written, to contradict a stored one.</summary>
    public void LateConflicts(int count) => Interlocked.Add(ref conflicting, count);

    public void Wal(long bytes) => Interlocked.Add(ref walBytes, bytes);

    public void Chunk(int samples, int bytes)
    {
        Interlocked.Increment(ref chunks);
        Interlocked.Add(ref chunkSamples, samples);
        Interlocked.Add(ref chunkBytes, bytes);
    }

    /// <summary>Something stored cannot be used; the sentence says what and what was done about it.</summary>
    public void Problem(string sentence)
    {
        lock (gate)
        {
            problemCount++;
            problems.Enqueue(sentence);
            if (problems.Count > ProblemsKept)
                problems.Dequeue();
        }
    }
}
