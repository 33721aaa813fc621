using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>
/// The samples of all series: the way in and the way out. <see cref="OpenAsync"/> comes first; <see cref="RunAsync"/> then brings
/// to the database what was taken, until it is stopped.
/// </summary>
sealed class SampleStore : ISampleAppender, ISampleQuery, ISampleAggregates, ISampleStoreHealth, IAsyncDisposable
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    const int PackParts = 60;
    static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(5);

    readonly ISampleDatabase database;
    readonly TimeProvider time;
    readonly MonotoneClock clock;
    readonly IReplicaWake? wake;
    readonly Head head;
    readonly SampleWriter writer;
    readonly Sealer sealer;
    readonly SampleReader reader;
    readonly AggregateQuery aggregates;
    readonly Roller roller;
    readonly Retention retention;
    readonly Compaction compaction;
    readonly WalReplay replay;
    readonly LateSift late;

    /// <summary>One at a time writes to the database.</summary>
    readonly SemaphoreSlim turn = new(1, 1);
    long lastFlush;
    long lastTidy;
    int packed;
    readonly SampleBuffer scratch = new();
    bool leads;

    public SampleStore(MetricsOptions options, ISampleDatabase database, MonotoneClock clock, TimeProvider time, IReplicaWake? wake = null)
    {
        (this.database, this.clock, this.time, this.wake) = (database, clock, time, wake);
        lastTidy = time.GetTimestamp();
        head = new(options, clock);
        writer = new(head, database, options, time);
        sealer = new(head, database, writer, options);
        var tiers = new TierChoice(options, clock, () => sealer.Rolled);
        reader = new(head, database, tiers);
        aggregates = new(head, reader, new(head, database), tiers, () => sealer.Rolled);
        roller = new(head, database);
        retention = new(database, options);
        compaction = new(head, database, options);
        replay = new(head, database, writer.Process);
        late = new(head, database);
    }

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => head.Metadata;

    public SampleStoreStatus Status => StoreStatus.Of(head, writer, sealer, clock);

    public SeriesRef Resolve(Labels labels) => head.Index.Resolve(labels);

    public void Describe(MetricMetadata metadata) => head.Describe(metadata);

    public bool Suggest(MetricMetadata metadata)
    {
        if (head.Metadata.ContainsKey(metadata.Metric))
            return false;
        head.Describe(metadata);
        return true;
    }

    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch) => head.Append(batch);

    /// <exception cref="IOException">The database cannot take it now; what was appended waits in memory, and may be sent again.</exception>
    public async Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var (rest, known) = await SiftAsync(batch, stop);
        var outcome = head.Append(rest.Span);
        if (!await FlushAsync(durable: true, stop))
            throw new IOException($"The samples are not stored yet: {writer.LastError}");
        return outcome with { Accepted = outcome.Accepted + known.Accepted, Conflicting = outcome.Conflicting + known.Conflicting };
    }

    async Task<(ReadOnlyMemory<PendingSample> Unknown, AppendOutcome Known)> SiftAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop)
    {
        try
        {
            return await late.SiftAsync(batch, stop);
        }
        catch (Exception e) when (SampleWriter.IsOutage(e))
        {
            throw new IOException($"The samples are not stored: {e.Message}", e);
        }
    }

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop) =>
        reader.SelectAsync(matchers, from, to, options, stop);

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop) =>
        reader.SeriesAsync(matchers, from, to, stop);

    public ValueTask<AggregateSelection> AggregateAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, long step, CancellationToken stop) =>
        aggregates.AggregateAsync(matchers, from, to, step, stop);

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer) => head.Index.Follow(matchers, observer);

    /// <summary>Reads back what is stored.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        await database.OpenAsync(stop);
        await sealer.OpenAsync(clock.Now, stop);
        await replay.LoadSeriesAsync(stop);
        await foreach (var metadata in database.ReadMetadataAsync(stop))
            head.Describe(metadata, stored: true);
        leads = await database.TryLeadAsync(stop);
        await replay.ApplyAsync(leads, stop);
    }

    /// <summary>Writes once a second and seals what is old enough, until stopped; then writes what is left.</summary>
    /// <param name="report">Told when the reason why the database cannot be written changes: before and now, null while it can.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<string?, string?> report, CancellationToken stop)
    {
        var tail = database.IsShared ? new ReplicaTail(this, time, wake).RunAsync(stop) : Task.CompletedTask;
        using var ticks = new PeriodicTimer(Tick, time);
        string? error = null;
        try
        {
            while (await ticks.WaitForNextTickAsync(stop))
            {
                var now = await TryTickAsync(stop);
                if (now != error)
                    report(error, now);
                error = now;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await FlushAsync(durable: true, CancellationToken.None);
            await tail.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<string?> TryTickAsync(CancellationToken stop)
    {
        try
        {
            await TickAsync(stop);
            return writer.LastError;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The loop outlives a fault of ours: without it nothing would be stored any more.
            return e.ToString();
        }
    }

    /// <summary>One second's work.</summary>
    public async Task TickAsync(CancellationToken stop)
    {
        if (!await FlushAsync(durable: false, stop))
            return;
        head.Index.Pack(packed++ % PackParts, PackParts, scratch);
        if (sealer.Due(clock.Now) is { } cut)
            await SealAsync(cut, stop);
        if (time.GetElapsedTime(lastTidy) >= TidyInterval)
            await TidyAsync(stop);
    }

    /// <summary>Computes the aggregates that are due, merges late chunks into those of their time, and removes what was kept long enough. False if the database could not take it, or another replica does it.</summary>
    public async Task<bool> TidyAsync(CancellationToken stop)
    {
        lastTidy = time.GetTimestamp();
        return await InTurnAsync(async () =>
        {
            if (!await LeadsAsync(stop))
                return false;
            sealer.Rolled = await roller.RollAsync(sealer.Rolled, sealer.Cut, BreatheAsync, stop);
            await compaction.MergeAsync(BreatheAsync, stop);
            await retention.PurgeAsync(clock.Now, sealer.Rolled, BreatheAsync, stop);
            return true;
        }, "Tidying", stop);
    }

    /// <summary>Brings into memory what other replicas wrote. False if the database could not be read.</summary>
    public async Task<bool> TailAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            await TailInTurnAsync(stop);
            return true;
        }
        catch (Exception e) when (SampleWriter.IsOutage(e))
        {
            return false;
        }
        finally
        {
            turn.Release();
        }
    }

    async Task TailInTurnAsync(CancellationToken stop)
    {
        await sealer.FollowAsync(stop);
        await replay.LoadSeriesAsync(stop);
        await replay.ApplyAsync(leads, stop);
    }

    /// <summary>True if this process is the one that seals. Who becomes it looks at every record again for late samples.</summary>
    async Task<bool> LeadsAsync(CancellationToken stop)
    {
        var (before, now) = (leads, await database.TryLeadAsync(stop));
        leads = now;
        if (now && !before)
            replay.Restart();
        return now;
    }

    /// <summary>Writes all that waits now; false if the database could not take it.</summary>
    public async Task<bool> FlushAsync(bool durable, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            return await WriteAsync(durable, stop);
        }
        finally
        {
            turn.Release();
        }
    }

    async Task<bool> WriteAsync(bool durable, CancellationToken stop)
    {
        lastFlush = time.GetTimestamp();
        var before = writer.Sequence;
        var written = await writer.FlushAsync(durable, stop);
        if (writer.Sequence != before)
            wake?.Written();
        return written;
    }

    /// <summary>Seals up to the cut; other writers have their turn between its transactions. False if the database could not take it.</summary>
    public async Task<bool> SealAsync(long cut, CancellationToken stop)
    {
        return await InTurnAsync(async () =>
        {
            if (!await LeadsAsync(stop))
                return false;
            // What others wrote is part of the seal; what of it came too late is stored before its record goes.
            await TailInTurnAsync(stop);
            if (cut <= sealer.Cut || !await WriteAsync(durable: false, stop))
                return cut <= sealer.Cut;
            await sealer.SealAsync(cut, Applied, BreatheAsync, stop);
            return true;
        }, "Sealing", stop);
    }

    async Task<bool> InTurnAsync(Func<Task<bool>> work, string name, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            return await work();
        }
        catch (Exception e) when (SampleWriter.IsOutage(e))
        {
            head.Counters.Problem($"{name} was interrupted and will be tried again: {e.Message}");
            return false;
        }
        finally
        {
            turn.Release();
        }
    }

    // A seal of many series takes longer than a second; the second's record does not wait for it.
    async Task BreatheAsync()
    {
        if (time.GetElapsedTime(lastFlush) >= Tick)
            await WriteAsync(durable: false, CancellationToken.None);
        turn.Release();
        await turn.WaitAsync();
    }

    Dictionary<long, long> Applied() => new(replay.Applied) { [writer.Process] = writer.Sequence };

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
