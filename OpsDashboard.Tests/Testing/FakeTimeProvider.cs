namespace OpsDashboard.Tests.Testing;

/// <summary>
/// A clock that only moves when told. Timers whose time has come run on the caller of <see cref="Advance"/>, in order of their due time.
/// Thread-safe.
/// </summary>
public sealed class FakeTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    public static readonly DateTimeOffset DefaultStart = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    readonly Lock gate = new();
    readonly List<FakeTimer> timers = [];
    DateTimeOffset now = start ?? DefaultStart;
    long elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp()
    {
        lock (gate)
            return elapsed;
    }

    /// <summary>How many timers are set: a test waits for it before it lets time pass for loops that run on other threads.</summary>
    public int TimerCount
    {
        get
        {
            lock (gate)
                return timers.Count;
        }
    }

    /// <summary>Steps the wall clock alone, as an administrator or NTP would; timers and time stamps do not notice.</summary>
    public void StepWallClock(TimeSpan by)
    {
        lock (gate)
            now += by;
    }

    /// <summary>Lets time pass; every timer that falls due on the way runs at its own instant.</summary>
    public void Advance(TimeSpan by)
    {
        long end;
        lock (gate)
            end = elapsed + by.Ticks;
        while (true)
        {
            FakeTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                var step = (due is null ? end : Math.Max(due.Due, elapsed)) - elapsed;
                elapsed += step;
                now += TimeSpan.FromTicks(step);
                if (due is null)
                    return;
                due.Schedule(elapsed);
            }
            due.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan period;

        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (clock.gate)
            {
                period = newPeriod;
                Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.elapsed + dueTime.Ticks;
                clock.timers.Remove(this);
                if (Due != long.MaxValue)
                    clock.timers.Add(this);
            }
            return true;
        }

        public void Schedule(long from)
        {
            if (period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero)
            {
                Due = long.MaxValue;
                clock.timers.Remove(this);
            }
            else
            {
                Due = from + period.Ticks;
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock.gate)
                clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
