using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>A time of which aggregates answer: [from, to).</summary>
readonly record struct TierPart(Tier Tier, long From, long To);

/// <summary>Says which part of a span is read from which tier.</summary>
sealed class TierChoice(MetricsOptions options, MonotoneClock clock, Func<long> rolled)
{
    /// <summary>Below these spans raw samples are read fast enough, so that exactness costs nothing.</summary>
    const long LongForMinutes = Tiers.Day;
    const long LongForHours = 7 * Tiers.Day;

    public long RawHorizon => clock.Now - (long)options.RawRetention.TotalMilliseconds;

    public long MinuteHorizon => clock.Now - (long)options.MinuteRetention.TotalMilliseconds;

    /// <summary>
    /// The parts that aggregates answer, ascending and without gaps; what follows the last is raw. None where raw samples answer all:
    /// they exist, and the span is short or the step is finer than an aggregate.
    /// </summary>
    public List<TierPart> Parts(long from, long to, long step)
    {
        var parts = new List<TierPart>();
        var complete = Math.Min(rolled(), to + 1);
        var (minuteHorizon, rawHorizon) = (Ceiling(MinuteHorizon), Ceiling(RawHorizon));
        var (wantsHours, wantsMinutes) = (step >= Tiers.Hour && to - from > LongForHours, step >= Tiers.Minute && to - from > LongForMinutes);
        Add(parts, Tier.Hour, from, Math.Min(complete, wantsHours ? long.MaxValue : minuteHorizon));
        Add(parts, Tier.Minute, parts.Count > 0 ? parts[^1].To : from, Math.Min(complete, wantsMinutes ? long.MaxValue : rawHorizon));
        return parts;
    }

    static void Add(List<TierPart> parts, Tier tier, long from, long to)
    {
        if (from < to)
            parts.Add(new(tier, from, to));
    }

    static long Ceiling(long at) => Tiers.Floor(at, Tiers.Hour) + Tiers.Hour;
}
