using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>Aggregations of one series over a range (promql/functions.go, aggrOverTime).</summary>
static class OverTimeFunctions
{
    public static readonly Function[] All =
    [
        Over("avg_over_time", Average),
        Over("count_over_time", static window => window.Count),
        Over("present_over_time", static _ => 1),
        Over("sum_over_time", Sum),
        Over("min_over_time", Least),
        Over("max_over_time", Most),
        Over("stdvar_over_time", Variance),
        Over("stddev_over_time", static window => Math.Sqrt(Variance(window))),
        Over("changes", Changes),
        Over("resets", Resets),
        Over("last_over_time", static window => window.Values[^1], keepsName: true),
        Over("first_over_time", static window => window.Values[0], keepsName: true),
        new("quantile_over_time", ValueKind.Vector, [ValueKind.Scalar, ValueKind.Matrix], 2, 2, new RangeBody(
            static (Window window, ReadOnlySpan<double> parameters, out double value) =>
            {
                value = QuantileOf.Values(parameters[0], window.Values.ToArray());
                return true;
            })),
    ];

    delegate double Aggregate(Window window);

    static Function Over(string name, Aggregate aggregate, bool keepsName = false) => FunctionTable.Range(name, (Window window, ReadOnlySpan<double> _, out double value) =>
    {
        value = aggregate(window);
        return true;
    }, keepsName);

    static double Average(Window window)
    {
        var mean = new RunningMean(window.Values[0]);
        foreach (var value in window.Values[1..])
            mean.Add(value);
        return mean.Mean;
    }

    static double Sum(Window window)
    {
        var sum = new CompensatedSum(0);
        foreach (var value in window.Values)
            sum.Add(value);
        return sum.Total;
    }

    static double Least(Window window)
    {
        var least = window.Values[0];
        foreach (var value in window.Values)
        {
            if (value < least || double.IsNaN(least))
                least = value;
        }
        return least;
    }

    static double Most(Window window)
    {
        var most = window.Values[0];
        foreach (var value in window.Values)
        {
            if (value > most || double.IsNaN(most))
                most = value;
        }
        return most;
    }

    static double Variance(Window window)
    {
        var variance = new RunningVariance();
        foreach (var value in window.Values)
            variance.Add(value);
        return variance.Variance;
    }

    static double Changes(Window window)
    {
        var count = 0;
        for (var i = 1; i < window.Count; i++)
        {
            var (before, value) = (window.Values[i - 1], window.Values[i]);
            if (value != before && !(double.IsNaN(value) && double.IsNaN(before)))
                count++;
        }
        return count;
    }

    static double Resets(Window window)
    {
        var count = 0;
        for (var i = 1; i < window.Count; i++)
            count += window.Values[i] < window.Values[i - 1] ? 1 : 0;
        return count;
    }
}
