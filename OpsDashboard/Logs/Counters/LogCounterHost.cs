using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Metrics;

namespace OpsDashboard.Logs.Counters;

/// <summary>Writes the counters into the sample store: each second, and soon after lines came, so that rules without a waiting time see them at once.</summary>
sealed class LogCounterHost(LogCounters counters, ICatalogue catalogue, LiveBus bus, ISampleAppender samples, MonotoneClock stamps, TimeProvider clock, ILogger<LogCounterHost> log) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    readonly SemaphoreSlim wake = new(0);
    readonly List<IDisposable> followed = [];
    Dictionary<Labels, SeriesRef> series = [];
    long writtenAt;
    int woken;
    string? lastFault;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Define(catalogue.Current);
        followed.Add(catalogue.Subscribe(Define));
        followed.Add(bus.Subscribe<LogsAppended>(lines =>
        {
            counters.Count(lines.Entries);
            if (Interlocked.Exchange(ref woken, 1) == 0)
                wake.Release();
        }));
        return base.StartAsync(cancellationToken);
    }

    void Define(CatalogueSnapshot snapshot)
    {
        counters.Define(snapshot);
        foreach (var metadata in counters.Describe())
            samples.Describe(metadata);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Write();
            await WaitAsync(stoppingToken);
        }
    }

    async Task WaitAsync(CancellationToken stop)
    {
        await Task.Delay(Soon, clock, stop);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, Beat - Soon, Timeout.InfiniteTimeSpan);
        try
        {
            await wake.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested) { }
        Volatile.Write(ref woken, 0);
    }

    /// <summary>Appends every counter as of now. A series that is new begins with 0 just before, so that its first line counts; one that ended gets a stale marker.</summary>
    public void Write()
    {
        var at = stamps.Now;
        if (at <= writtenAt)
            return;
        try
        {
            var now = new Dictionary<Labels, SeriesRef>();
            var batch = new List<PendingSample>();
            foreach (var (labels, value) in counters.Read())
            {
                var isNew = !series.TryGetValue(labels, out var known);
                if (known is null || known.IsEvicted)
                    known = samples.Resolve(labels);
                if (isNew && value > 0)
                    batch.Add(new(known, at - 1, 0));
                batch.Add(new(known, at, value));
                now[labels] = known;
            }
            foreach (var (labels, ended) in series.Where(pair => !now.ContainsKey(pair.Key)))
                batch.Add(new(ended.IsEvicted ? samples.Resolve(labels) : ended, at, StaleMarker.Value));
            samples.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch));
            (series, writtenAt, lastFault) = (now, at, null);
        }
        catch (SeriesLimitException full)
        {
            if (lastFault != full.Message)
                log.LogError("Log counters are not written: {Reason}", full.Message);
            lastFault = full.Message;
        }
    }

    public override void Dispose()
    {
        followed.ForEach(subscription => subscription.Dispose());
        wake.Dispose();
        base.Dispose();
    }
}
