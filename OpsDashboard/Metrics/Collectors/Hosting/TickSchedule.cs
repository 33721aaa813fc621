namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <param name="At">The aligned tick, in milliseconds since 1970 UTC; never lower than the one before, unless the clock stepped back too far.</param>
/// <param name="Wait">How long until then.</param>
/// <param name="Missed">Ticks that have passed without a run.</param>
/// <param name="Ahead">How far the stamps run ahead of a clock that stepped back.</param>
readonly record struct Tick(long At, TimeSpan Wait, long Missed, TimeSpan Ahead);

/// <summary>
/// Ticks at fixed instants: multiples of the interval since 1970 plus an offset of the target's own, so that targets do not run all at once
/// and a restart changes nothing. Reads no clock. Not thread-safe.
/// </summary>
sealed class TickSchedule(TimeSpan interval, string targetId)
{
    // The store refuses stamps more than ten minutes ahead; past this the stamps follow the clock back.
    static readonly long FarthestAhead = (long)TimeSpan.FromMinutes(9).TotalMilliseconds;

    // After a step back one tick in ten is left out, until the clock has caught up: stamps stay monotone and rates stay true.
    const int CatchUpEvery = 10;

    readonly long interval = Math.Max(1, (long)interval.TotalMilliseconds);
    readonly long offset = Offset(targetId, Math.Max(1, (long)interval.TotalMilliseconds));
    long? last;
    int ticksAhead;

    public TimeSpan Interval => TimeSpan.FromMilliseconds(interval);

    /// <summary>The tick after the last one, as seen at an instant in milliseconds since 1970 UTC.</summary>
    public Tick Next(long now)
    {
        if (last is not { } previous)
            return Go(AtOrAfter(now), now, 0);
        var next = previous + interval;
        // A tick that is late by less than half an interval still runs; more than that it is missed, and not made up for.
        if (IsTooLate(next, now))
        {
            next = AtOrAfter(now - interval / 2 + 1);
            return Go(next, now, (next - previous) / interval - 1);
        }
        var ahead = next - now - interval;
        if (ahead <= 1)
        {
            ticksAhead = 0;
            return Go(next, now, 0);
        }
        if (ahead > FarthestAhead)
            return Go(AtOrAfter(now), now, 0);
        last = next;
        var pause = ++ticksAhead % CatchUpEvery == 0 ? 2 * interval : interval;
        return new(next, TimeSpan.FromMilliseconds(pause), 0, TimeSpan.FromMilliseconds(ahead));
    }

    /// <summary>Whether so much time has passed that the tick must be given up.</summary>
    public bool IsTooLate(long tick, long now) => now - tick >= Math.Max(interval / 2, 1);

    Tick Go(long tick, long now, long missed)
    {
        last = tick;
        return new(tick, TimeSpan.FromMilliseconds(Math.Max(0, tick - now)), missed, TimeSpan.Zero);
    }

    long AtOrAfter(long now)
    {
        var behind = (now - offset) % interval;
        return now + (behind > 0 ? interval - behind : -behind);
    }

    // FNV-1a: the same on every machine and in every version.
    static long Offset(string targetId, long interval)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in targetId)
            hash = (hash ^ character) * 1099511628211UL;
        return (long)(hash % (ulong)interval);
    }
}
