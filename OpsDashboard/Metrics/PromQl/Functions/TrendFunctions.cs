using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>A straight line through the samples of a range (promql/functions.go, linearRegression).</summary>
static class TrendFunctions
{
    public static readonly Function[] All =
    [
        FunctionTable.Range("deriv", static (Window window, ReadOnlySpan<double> _, out double value) =>
        {
            // Times are taken relative to the first sample: as large numbers they would cost precision.
            value = window.Count < 2 ? 0 : Line(window, window.Times[0]).Slope;
            return window.Count >= 2;
        }),
        new("predict_linear", ValueKind.Vector, [ValueKind.Matrix, ValueKind.Scalar], 2, 2, new RangeBody(
            static (Window window, ReadOnlySpan<double> parameters, out double value) =>
            {
                value = 0;
                if (window.Count < 2)
                    return false;
                var (slope, now) = Line(window, window.At);
                value = (slope * parameters[0]) + now;
                return true;
            })),
    ];

    static (double Slope, double Intercept) Line(Window window, long origin)
    {
        CompensatedSum sumX = default, sumY = default, sumXY = default, sumXX = default;
        var isConstant = true;
        for (var i = 0; i < window.Count; i++)
        {
            var y = window.Values[i];
            isConstant &= i == 0 || y == window.Values[0];
            var x = (window.Times[i] - origin) / 1000.0;
            sumX.Add(x);
            sumY.Add(y);
            sumXY.Add(x * y);
            sumXX.Add(x * x);
        }
        if (isConstant)
            return double.IsInfinity(window.Values[0]) ? (double.NaN, double.NaN) : (0, window.Values[0]);
        double n = window.Count;
        var covariance = sumXY.Total - (sumX.Total * sumY.Total / n);
        var variance = sumXX.Total - (sumX.Total * sumX.Total / n);
        var slope = covariance / variance;
        return (slope, (sumY.Total / n) - (slope * sumX.Total / n));
    }
}
