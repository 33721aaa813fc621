using System.Globalization;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>A histogram in Prometheus' sense. Not thread-safe.</summary>
public sealed class Buckets(double[] bounds)
{
    readonly double[] counts = new double[bounds.Length + 1];
    double sum;

    public void Observe(double value)
    {
        var place = Array.BinarySearch(bounds, value);
        counts[place < 0 ? ~place : place]++;
        sum += value;
    }

    /// <returns>How many samples were added.</returns>
    public int WriteTo(CollectContext context, string metric, string label, string value)
    {
        var total = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            context.Add($"{metric}_bucket", total, (label, value), ("le", i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf"));
        }
        context.Add($"{metric}_sum", sum, (label, value));
        context.Add($"{metric}_count", total, (label, value));
        return counts.Length + 2;
    }
}
