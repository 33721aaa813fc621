namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>Tells subscribers that something changed: at once, then at most once a period with the last change never lost. Thread-safe.</summary>
sealed class CoalescedSignal(TimeProvider clock, TimeSpan period, ILogger logger) : IDisposable
{
    readonly Lock gate = new();
    Action[] subscribers = [];
    ITimer? timer;
    bool isWaiting, isPending;

    public IDisposable Subscribe(Action changed)
    {
        lock (gate)
            subscribers = [.. subscribers, changed];
        return new Subscription(this, changed);
    }

    public void Raise()
    {
        lock (gate)
        {
            if (isWaiting)
            {
                isPending = true;
                return;
            }
            isWaiting = true;
            timer ??= clock.CreateTimer(_ => PeriodEnded(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(period, Timeout.InfiniteTimeSpan);
        }
        Tell();
    }

    public void Dispose() => timer?.Dispose();

    void PeriodEnded()
    {
        lock (gate)
        {
            isWaiting = isPending;
            if (!isPending)
                return;
            isPending = false;
            timer!.Change(period, Timeout.InfiniteTimeSpan);
        }
        Tell();
    }

    void Tell()
    {
        foreach (var subscriber in subscribers)
        {
            try
            {
                subscriber();
            }
            catch (Exception error)
            {
                // One page's fault must not stop the collecting nor the other pages.
                logger.LogError(error, "A subscriber to collector states failed.");
            }
        }
    }

    sealed class Subscription(CoalescedSignal signal, Action changed) : IDisposable
    {
        public void Dispose()
        {
            lock (signal.gate)
            {
                var index = Array.IndexOf(signal.subscribers, changed);
                if (index >= 0)
                    signal.subscribers = [.. signal.subscribers.Where((_, i) => i != index)];
            }
        }
    }
}
