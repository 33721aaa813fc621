using System.Collections.Concurrent;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>
/// Parsed expressions with what their parts learned of the series, for as long as they are asked again: what nobody asked for between one and two
/// <see cref="Generation"/>s is forgotten. Reports ask with a new duration every time, and would otherwise fill the memory. Thread-safe.
/// </summary>
sealed class ExpressionMemory(TimeProvider clock)
{
    public const int Capacity = 2_000;
    public static readonly TimeSpan Generation = TimeSpan.FromMinutes(2);

    readonly Lock aging = new();
    volatile Generations kept = new(new(StringComparer.Ordinal), new(StringComparer.Ordinal), clock.GetTimestamp());

    public int Count => kept.Young.Count + kept.Old.Keys.Count(text => !kept.Young.ContainsKey(text));

    /// <exception cref="PromQlException">It is no expression.</exception>
    public ParsedExpression Parsed(string text)
    {
        if (clock.GetElapsedTime(kept.Since) >= Generation)
            Age();
        var now = kept;
        if (now.Young.TryGetValue(text, out var known))
            return known;
        known = now.Old.TryGetValue(text, out var older) ? older : Parser.Parse(text);
        // Counting takes every lock of the dictionary: only where it grows.
        if (now.Young.Count >= Capacity)
            Age();
        return kept.Young.GetOrAdd(text, known);
    }

    void Age()
    {
        lock (aging)
        {
            if (kept.Young.Count >= Capacity || clock.GetElapsedTime(kept.Since) >= Generation)
                kept = new(new(StringComparer.Ordinal), kept.Young, clock.GetTimestamp());
        }
    }

    sealed record Generations(ConcurrentDictionary<string, ParsedExpression> Young, ConcurrentDictionary<string, ParsedExpression> Old, long Since);
}
