using System.Threading.Channels;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts;

/// <summary>
/// Evaluates every rule each second at an aligned tick, and rules without a hold time also when a series that they select is appended
/// (at most every 100 ms). A tick that comes late is counted, not replayed.
/// </summary>
sealed class AlertHost(ICatalogue catalogue, IPromQl promQl, ISampleQuery samples, AlertBook book, AlertStore store, TimeProvider clock, ILogger<AlertHost> log) : BackgroundService, IAlerts
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly List<IDisposable> followed = [];
    List<RuleEvaluator> evaluators = [];
    long revision = -1;
    ILookup<string, Alert> restored = Array.Empty<Alert>().ToLookup(alert => alert.RuleId);
    long? epoch;
    volatile IReadOnlyList<RuleStatus> rules = [];

    public IReadOnlyList<Alert> Current => book.Current;

    public IReadOnlyList<RuleStatus> Rules => rules;

    public IDisposable Subscribe(Action changed) => book.Subscribe(changed);

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        var nextTick = NextTick(clock.GetUtcNow());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (epoch is null)
                    await TakeOverAsync(stop);
                await TakeCatalogueAsync(stop);
                var now = clock.Now();
                var isTick = now >= nextTick;
                if (isTick)
                {
                    var missed = (now - nextTick).Ticks / Interval.Ticks;
                    if (missed > 0)
                        evaluators.ForEach(evaluator => evaluator.Missed(missed));
                    nextTick = NextTick(now);
                }
                await EvaluateAsync(isTick ? evaluators : evaluators.Where(IsImmediate), now, stop);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogError(error, "Alert rules could not be evaluated; the next tick tries again");
                nextTick = NextTick(clock.GetUtcNow());
            }
            await PauseAsync(nextTick, stop);
        }
    }

    public override void Dispose()
    {
        followed.ForEach(subscription => subscription.Dispose());
        base.Dispose();
    }

    async Task TakeOverAsync(CancellationToken stop)
    {
        var open = await store.OpenAsync(clock.GetUtcNow() - AlertBook.ResolvedRetention, stop);
        epoch = (await store.TakeOverAsync(clock.GetUtcNow(), stop)).Epoch;
        book.Replace(open);
        restored = open.Where(alert => alert.IsOpen && alert.Origin == AlertOrigin.Rule).ToLookup(alert => alert.RuleId);
    }

    async Task TakeCatalogueAsync(CancellationToken stop)
    {
        var snapshot = catalogue.Current;
        if (snapshot.Revision == revision)
            return;
        revision = snapshot.Revision;
        var before = evaluators;
        evaluators = RuleEvaluator.Take(snapshot, before, promQl, clock);
        foreach (var added in evaluators.Except(before))
            added.State.Restore(restored[added.State.Rule.Id], Array.Empty<(ulong, DateTimeOffset)>().ToLookup(pair => pair.Item1, pair => pair.Item2));
        restored = Array.Empty<Alert>().ToLookup(alert => alert.RuleId);
        var now = clock.Now();
        await book.RecordAsync([.. before.Except(evaluators).SelectMany(gone => gone.State.End(now))], [], epoch, stop);
        followed.ForEach(subscription => subscription.Dispose());
        followed.Clear();
        followed.AddRange(evaluators.Where(IsImmediate).SelectMany(evaluator => evaluator.Selectors).Select(selector => samples.Follow(selector, () => wake.Writer.TryWrite(true))));
    }

    async Task EvaluateAsync(IEnumerable<RuleEvaluator> due, DateTimeOffset at, CancellationToken stop)
    {
        var changes = new List<AlertChange>();
        var evaluated = due.ToArray();
        foreach (var evaluator in evaluated)
            changes.AddRange(await evaluator.EvaluateAsync(at, stop));
        await book.RecordAsync(changes, [.. evaluated.SelectMany(evaluator => evaluator.State.Open)], epoch, stop);
        rules = [.. evaluators.Select(evaluator => evaluator.Status)];
    }

    async Task PauseAsync(DateTimeOffset nextTick, CancellationToken stop)
    {
        var rest = nextTick - clock.GetUtcNow();
        if (rest <= TimeSpan.Zero)
            return;
        var shortest = rest < ShortestPause ? rest : ShortestPause;
        await Task.Delay(shortest, clock, stop);
        using var tick = new CancellationTokenSource(rest - shortest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, stop);
        try
        {
            await wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The tick came first.
        }
    }

    static bool IsImmediate(RuleEvaluator evaluator) => evaluator.Status.Rule.For == TimeSpan.Zero;

    static DateTimeOffset NextTick(DateTimeOffset now) => new(now.Ticks - (now.Ticks % Interval.Ticks) + Interval.Ticks, TimeSpan.Zero);
}
