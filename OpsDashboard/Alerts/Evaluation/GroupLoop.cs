using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>What a loop needs besides its rules.</summary>
/// <param name="Record">Takes what an evaluation changed, and the open alerts as they are now.</param>
sealed record LoopSetting(ISampleQuery Samples, MonotoneClock Stamps, TimeProvider Clock, ILogger Log, Func<IReadOnlyList<AlertChange>, IReadOnlyCollection<Alert>, CancellationToken, Task> Record);

/// <summary>
/// Evaluates one group at ticks that are aligned to multiples of its interval, and its rules without a hold time also when a series that they
/// select got samples: at most every 100 ms, and at most for a tenth of the time. A tick that comes too late is counted, not replayed.
/// </summary>
sealed class GroupLoop(GroupRun run, LoopSetting setting) : IDisposable
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A difference between stamps and elapsed time that is no jitter: somebody set the clock.</summary>
    static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    const int EventShare = 10;

    readonly SemaphoreSlim signal = new(0, 1);
    long evaluated = setting.Clock.GetTimestamp();
    long ticked = setting.Clock.GetTimestamp();
    DateTimeOffset lastAt;
    TimeSpan cost;

    public GroupRun Run { get; } = run;

    public async Task RunAsync(CancellationToken stop)
    {
        using var wake = new RuleWake(Run.AlertRules, setting.Samples, Signal);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await WaitForTickAsync(stop))
                    await TickAsync(stop);
                else if (wake.Take() is { Count: > 0 } woken)
                    await EvaluateAsync(Now(), woken, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception unexpected) when (unexpected is not OperationCanceledException)
            {
                setting.Log.LogError(unexpected, "The rules of {Group} could not be evaluated; the next tick tries again", Run.Group.Name);
            }
        }
    }

    public void Dispose() => signal.Dispose();

    async Task TickAsync(CancellationToken stop)
    {
        var interval = Run.Group.Every;
        var elapsed = setting.Clock.GetElapsedTime(ticked);
        ticked = setting.Clock.GetTimestamp();
        var missed = (long)Math.Round(elapsed / interval) - 1;
        if (missed > 0 && Run.Status.EvaluatedAt is not null)
            Run.Missed(missed);
        var now = Now();
        var aligned = new DateTimeOffset(now.Ticks - (now.Ticks % interval.Ticks), TimeSpan.Zero);
        await EvaluateAsync(aligned > lastAt ? aligned : now, null, stop);
    }

    async Task EvaluateAsync(DateTimeOffset at, IReadOnlyCollection<RuleRun>? only, CancellationToken stop)
    {
        NoticeClockStep(at);
        var begin = setting.Clock.GetTimestamp();
        var changes = await Run.EvaluateAsync(at, only, setting.Clock, stop);
        (lastAt, evaluated) = (at, setting.Clock.GetTimestamp());
        if (only is not null)
            cost = setting.Clock.GetElapsedTime(begin);
        await setting.Record(changes, Open(only), stop);
    }

    // Stamps stand still while a clock that was set back catches up, and jump with one that was set forward: neither is time that a condition held.
    void NoticeClockStep(DateTimeOffset at)
    {
        if (lastAt == default)
            return;
        var difference = setting.Clock.GetElapsedTime(evaluated) - (at - lastAt);
        if (difference.Duration() < ClockStep)
            return;
        foreach (var rule in Run.AlertRules)
            rule.Age(difference);
    }

    List<Alert> Open(IReadOnlyCollection<RuleRun>? only)
    {
        var open = new List<Alert>();
        foreach (var rule in Run.AlertRules)
        {
            if (rule.Open.Count > 0 && (only is null || only.Contains(rule)))
                open.AddRange(rule.Open);
        }
        return open;
    }

    DateTimeOffset Now()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(setting.Stamps.Now);
        return now > lastAt ? now : lastAt;
    }

    /// <summary>True at the tick; false when samples came before it.</summary>
    async Task<bool> WaitForTickAsync(CancellationToken stop)
    {
        // From the wall clock anew each time: one that was set back must not make the loop wait for what it had planned.
        var now = setting.Clock.Now();
        var rest = Run.Group.Every - TimeSpan.FromTicks(now.Ticks % Run.Group.Every.Ticks);
        var pause = ShortestPause > cost * EventShare ? ShortestPause : cost * EventShare;
        if (pause >= rest)
        {
            await Task.Delay(rest, setting.Clock, stop);
            return true;
        }
        await Task.Delay(pause, setting.Clock, stop);
        using var tick = new CancellationTokenSource(rest - pause, setting.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, stop);
        try
        {
            await signal.WaitAsync(either.Token);
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return true;
        }
    }

    void Signal()
    {
        try
        {
            if (signal.CurrentCount == 0)
                signal.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // Another appender was quicker, or the loop has ended.
        }
    }
}
