using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>What all loops share.</summary>
sealed record LoopSurroundings(ISampleAppender Appender, TimeProvider Clock, Action Changed, ILogger Logger);

/// <summary>Collects one target at its ticks until disposed. Its state may be read from any thread.</summary>
sealed class TargetLoop : IAsyncDisposable
{
    // A collector that does not heed its cancellation is left alone after this; its ticks are missed until it ends.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // A tick that is further away than this many milliseconds is so because the clock was set back, which the schedule deals with.
    const long LongestEarly = 50;

    readonly LoopSurroundings around;
    readonly ICollector collector;
    readonly TickSchedule schedule;
    readonly CollectRun run;
    readonly TargetRecord record;
    readonly CancellationTokenSource stopping = new();
    Task loop = Task.CompletedTask;
    Task? abandoned;
    CollectorPause? pause;
    bool isEnded;

    public TargetLoop(Target target, ICollector collector, LoopSurroundings around)
    {
        (this.collector, this.around) = (collector, around);
        schedule = new(target.Interval, target.Id);
        record = new(target, around);
        run = new(target, around.Appender, around.Clock, record.KeepDocument);
    }

    public CollectorState State => record.State;

    public IReadOnlyCollection<CollectedDocument> Documents => record.Documents;

    public void Start(CollectorPause? pausedBefore)
    {
        pause = pausedBefore;
        record.Paused(pausedBefore);
        loop = Task.Run(() => LoopAsync(stopping.Token));
    }

    /// <summary>The target moved within its file and is otherwise the same.</summary>
    public void Relocate(Target target) => record.Relocate(target);

    public void Pause(CollectorPause? by)
    {
        Volatile.Write(ref pause, by);
        record.Paused(by);
    }

    /// <summary>Ends every series of the target once the loop has stopped: it was removed or replaced.</summary>
    public async Task RemoveAsync()
    {
        await StopAsync();
        record.End(Now());
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task StopAsync()
    {
        await stopping.CancelAsync();
        await loop;
        if (abandoned is null or { IsCompleted: true })
            await collector.DisposeAsync();
        else
            _ = abandoned.ContinueWith(async _ => await collector.DisposeAsync(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    async Task LoopAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var tick = await NextTickAsync(stop);
                if (Volatile.Read(ref pause) is not null)
                {
                    if (!isEnded)
                        record.End(tick.At);
                    isEnded = true;
                    continue;
                }
                isEnded = false;
                await CollectAsync(tick, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host or the catalogue stopped the target.
        }
        catch (Exception error)
        {
            around.Logger.LogCritical(error, "The loop of {Target} ended.", State.Target.Id);
            record.Broken();
        }
    }

    async Task<Tick> NextTickAsync(CancellationToken stop)
    {
        long missed = 0;
        while (true)
        {
            var tick = schedule.Next(Now());
            missed += tick.Missed;
            if (tick.Wait > TimeSpan.Zero)
                await Task.Delay(tick.Wait, around.Clock, stop);
            // The system's timers run on a coarse clock and may end some milliseconds early. A sample that is stamped later than now is
            // not there yet for whoever looks at it now: the live pages would show it one second late.
            while (tick.Ahead == TimeSpan.Zero && tick.At - Now() is > 0 and < LongestEarly and var early)
                await Task.Delay(TimeSpan.FromMilliseconds(early), around.Clock, stop);
            if (tick.Ahead > TimeSpan.Zero || !schedule.IsTooLate(tick.At, Now()))
                return tick with { Missed = missed };
            missed++;
        }
    }

    async Task CollectAsync(Tick tick, CancellationToken stop)
    {
        record.Missed(tick.Missed);
        if (abandoned is { IsCompleted: false })
        {
            record.Missed(1);
            return;
        }
        abandoned = null;
        run.Begin(tick.At);
        var started = around.Clock.GetTimestamp();
        var outcome = await CollectInTimeAsync(tick, stop);
        if (abandoned is not null)
            record.Finish(tick, outcome, around.Clock.GetElapsedTime(started), []);
        else
            record.Finish(tick, outcome, around.Clock.GetElapsedTime(started), run.Samples);
    }

    async Task<CollectOutcome> CollectInTimeAsync(Tick tick, CancellationToken stop)
    {
        var timeout = Limit(tick);
        using var limit = new CancellationTokenSource(timeout, around.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var collecting = CollectGuardedAsync(both.Token, stop);
        try
        {
            return await collecting.WaitAsync(timeout + Grace, around.Clock, stop);
        }
        catch (OperationCanceledException)
        {
            abandoned = collecting;
            throw;
        }
        catch (TimeoutException)
        {
            abandoned = collecting;
            return CollectOutcome.Failed(CollectFailure.TimedOut, $"The collector did not end within {PrometheusDuration.Format(State.Target.Timeout + Grace)} and is left alone until it does.");
        }
    }

    async Task<CollectOutcome> CollectGuardedAsync(CancellationToken limit, CancellationToken stop)
    {
        try
        {
            return await collector.CollectAsync(run, limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            run.Discard();
            return CollectOutcome.Failed(CollectFailure.TimedOut, $"No complete answer within {PrometheusDuration.Format(State.Target.Timeout)}.");
        }
        catch (SeriesLimitException full)
        {
            run.Discard();
            return CollectOutcome.Failed(CollectFailure.TooManySeries, full.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            run.Discard();
            if (State.Failure != CollectFailure.Other)
                around.Logger.LogError(error, "The collector of {Target} failed unexpectedly.", State.Target.Id);
            return CollectOutcome.Failed(CollectFailure.Other, $"The collector failed unexpectedly ({error.GetType().Name}); the program's log says more.");
        }
    }

    /// <summary>The target's time-out, cut at the next tick: a target that always hangs then misses no tick by drifting.</summary>
    TimeSpan Limit(Tick tick)
    {
        var untilNext = TimeSpan.FromMilliseconds(tick.At - Now()) + tick.Ahead + schedule.Interval;
        var timeout = State.Target.Timeout;
        return untilNext > TimeSpan.Zero && untilNext < timeout ? untilNext : timeout;
    }

    long Now() => around.Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
