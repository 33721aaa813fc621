namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>Quantile of plain values, linear between neighbours (promql/quantile.go, quantile).</summary>
static class QuantileOf
{
    /// <param name="values">Sorted in place; NaN counts as the smallest.</param>
    public static double Values(double quantile, double[] values)
    {
        if (values.Length == 0 || double.IsNaN(quantile))
            return double.NaN;
        if (quantile < 0)
            return double.NegativeInfinity;
        if (quantile > 1)
            return double.PositiveInfinity;
        Array.Sort(values);
        var rank = quantile * (values.Length - 1);
        var lower = (int)Math.Max(0, Math.Floor(rank));
        var upper = Math.Min(values.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return (values[lower] * (1 - weight)) + (values[upper] * weight);
    }
}
