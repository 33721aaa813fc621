using System.Numerics;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>Counts for each label set in how many of the last evaluations the condition was true. Not thread-safe.</summary>
sealed class Repeats(RepeatedCondition condition)
{
    readonly Dictionary<ulong, (ulong Bits, Holding Last)> seen = [];
    readonly ulong mask = (1UL << condition.Of) - 1;

    /// <summary>Those that were true often enough, with the value of the last time.</summary>
    public List<Holding> Take(IReadOnlyList<Holding> holdings)
    {
        foreach (var (fingerprint, (bits, last)) in seen.ToArray())
            seen[fingerprint] = ((bits << 1) & mask, last);
        foreach (var holding in holdings)
            seen[holding.Fingerprint] = (seen.GetValueOrDefault(holding.Fingerprint).Bits | 1, holding);
        var enough = new List<Holding>();
        foreach (var (fingerprint, (bits, last)) in seen.ToArray())
        {
            if (bits == 0)
                seen.Remove(fingerprint);
            else if (BitOperations.PopCount(bits) >= condition.AtLeast)
                enough.Add(last);
        }
        return enough;
    }
}
