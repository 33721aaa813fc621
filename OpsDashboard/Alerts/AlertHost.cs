using System.Threading.Channels;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts;

/// <summary>
/// Evaluates every rule each second at an aligned tick, and rules without a hold time also when a series that they select is appended
/// (at most every 100 ms). A tick that comes late is counted, not replayed.
/// </summary>
sealed class AlertHost(ICatalogue catalogue, IPromQl promQl, ISampleQuery samples, TimeProvider clock, ILogger<AlertHost> log) : BackgroundService, IAlerts
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Subscribers subscribers = new();
    readonly List<IDisposable> followed = [];
    List<RuleEvaluator> evaluators = [];
    long revision = -1;
    volatile IReadOnlyList<Alert> current = [];
    volatile IReadOnlyList<RuleStatus> rules = [];

    public IReadOnlyList<Alert> Current => current;

    public IReadOnlyList<RuleStatus> Rules => rules;

    public IDisposable Subscribe(Action changed) => subscribers.Add(changed);

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        var nextTick = NextTick(clock.GetUtcNow());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                TakeCatalogue();
                var now = clock.GetUtcNow();
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

    void TakeCatalogue()
    {
        var snapshot = catalogue.Current;
        if (snapshot.Revision == revision)
            return;
        revision = snapshot.Revision;
        evaluators = RuleEvaluator.Take(snapshot, evaluators, promQl, clock);
        followed.ForEach(subscription => subscription.Dispose());
        followed.Clear();
        followed.AddRange(evaluators.Where(IsImmediate).SelectMany(evaluator => evaluator.Selectors).Select(selector => samples.Follow(selector, () => wake.Writer.TryWrite(true))));
    }

    async Task EvaluateAsync(IEnumerable<RuleEvaluator> due, DateTimeOffset at, CancellationToken stop)
    {
        var changed = false;
        foreach (var evaluator in due)
            changed |= await evaluator.EvaluateAsync(at, stop);
        current = [.. evaluators.SelectMany(evaluator => evaluator.Alerts).OrderBy(alert => alert.State == AlertState.Firing ? 0 : 1).ThenByDescending(alert => alert.Since)];
        rules = [.. evaluators.Select(evaluator => evaluator.Status)];
        if (changed)
            subscribers.Call(log);
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
