using System.Runtime.CompilerServices;

namespace OpsDashboard.Metrics.Store;

/// <summary>Gathers the status from the store's parts.</summary>
static class StoreStatus
{
    public static SampleStoreStatus Of(Head head, SampleWriter writer, Sealer sealer, MonotoneClock clock)
    {
        var counters = head.Counters;
        var waiting = head.Journal.Waiting + head.Late.Waiting;
        return new()
        {
            LiveSeries = head.Index.LiveCount,
            KnownSeries = head.Index.Count,
            HeadBytes = sealer.HeadBytes,
            SamplesAppended = counters.Appended,
            Duplicates = counters.Duplicates,
            LateSamples = counters.Late,
            RefusedConflicting = counters.Conflicting,
            RefusedTooFarAhead = counters.TooFarAhead,
            RefusedTooOld = counters.TooOld,
            WalBytes = counters.WalBytes,
            Chunks = counters.Chunks,
            ChunkBytes = counters.ChunkBytes,
            ChunkSamples = counters.ChunkSamples,
            LastCommit = writer.LastCommit,
            Lag = writer.Lag,
            BufferedSamples = waiting,
            BufferedBytes = (long)waiting * Unsafe.SizeOf<AcceptedSample>(),
            BufferOverflow = head.Journal.Overflowed,
            LastError = writer.LastError,
            SealedUpTo = sealer.Cut == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(sealer.Cut),
            ClockBehind = clock.Behind,
            ProblemCount = counters.ProblemCount,
            Problems = counters.Problems,
        };
    }
}
