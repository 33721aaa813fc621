using OpsDashboard.Metrics.PromQl.Evaluation;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>How fast a value grows (promql/functions.go, extrapolatedRate and instantValue).</summary>
static class RateFunctions
{
    public static readonly Function[] All =
    [
        FunctionTable.Range("rate", static (Window window, ReadOnlySpan<double> _, out double value) => Extrapolated(window, isCounter: true, isRate: true, out value)),
        FunctionTable.Range("increase", static (Window window, ReadOnlySpan<double> _, out double value) => Extrapolated(window, isCounter: true, isRate: false, out value)),
        FunctionTable.Range("delta", static (Window window, ReadOnlySpan<double> _, out double value) => Extrapolated(window, isCounter: false, isRate: false, out value)),
        FunctionTable.Range("irate", static (Window window, ReadOnlySpan<double> _, out double value) => LastTwo(window, isRate: true, out value)),
        FunctionTable.Range("idelta", static (Window window, ReadOnlySpan<double> _, out double value) => LastTwo(window, isRate: false, out value)),
    ];

    static bool Extrapolated(Window window, bool isCounter, bool isRate, out double value)
    {
        value = 0;
        if (window.Count < 2)
            return false;
        var times = window.Times;
        var values = window.Values;
        value = values[^1] - values[0] + (isCounter ? LostInResets(values) : 0);

        var sampled = (times[^1] - times[0]) / 1000.0;
        var spacing = sampled / (window.Count - 1);
        var toStart = (times[0] - window.After) / 1000.0;
        var toEnd = (window.Until - times[^1]) / 1000.0;

        // A first or last sample within 1.1 spacings of the range's end counts as reaching it; else the series is taken
        // to begin or end half a spacing away.
        var threshold = spacing * 1.1;
        if (toStart >= threshold)
            toStart = spacing / 2;
        if (toEnd >= threshold)
            toEnd = spacing / 2;

        // A counter cannot have been below zero: do not extrapolate past the point where it was.
        if (isCounter && value > 0 && values[0] >= 0)
            toStart = Math.Min(toStart, sampled * (values[0] / value));

        var factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
        if (isRate)
            factor /= (window.Until - window.After) / 1000.0;
        value *= factor;
        return true;
    }

    static double LostInResets(ReadOnlySpan<double> values)
    {
        var lost = 0.0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
                lost += values[i - 1];
        }
        return lost;
    }

    static bool LastTwo(Window window, bool isRate, out double value)
    {
        value = 0;
        if (window.Count < 2 || window.Times[^1] == window.Times[^2])
            return false;
        var (before, last) = (window.Values[^2], window.Values[^1]);
        value = isRate && last < before ? last : last - before;
        if (isRate)
            value /= (window.Times[^1] - window.Times[^2]) / 1000.0;
        return true;
    }
}
