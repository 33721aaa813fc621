using System.Globalization;
using System.Text;

namespace OpsDashboard.Simulator.Exposition;

/// <summary>All histograms of one metric name.</summary>
sealed class HistogramFamily(string name, string help, double[] bounds, string[] labels) : Family(name, help, "histogram", labels)
{
    public static readonly double[] Seconds = [.005, .01, .025, .05, .1, .25, .5, 1, 2, 2.5, 5, 10];

    readonly Dictionary<string, HistogramCells> histograms = [];
    readonly string[] boundTexts = [.. bounds.Select(bound => bound.ToString(CultureInfo.InvariantCulture)), "+Inf"];

    /// <summary>The histogram with these label values, made at first use.</summary>
    public HistogramCells Histogram(params string[] values)
    {
        var key = LabelText(values);
        if (!histograms.TryGetValue(key, out var cells))
            histograms[key] = cells = new(bounds);
        return cells;
    }

    public override void Reset()
    {
        foreach (var cells in histograms.Values)
            cells.Reset();
    }

    protected override void WriteSeries(StringBuilder text)
    {
        foreach (var (key, cells) in histograms)
        {
            long sum = 0;
            for (var i = 0; i < boundTexts.Length; i++)
            {
                sum += cells.Counts[i];
                text.Append(Name).Append("_bucket{").Append(key).Append(key.Length > 0 ? "," : "");
                text.Append("le=\"").Append(boundTexts[i]).Append("\"} ").Append(sum).Append('\n');
            }
            Line(text, Name, "_sum", key, cells.Sum);
            Line(text, Name, "_count", key, sum);
        }
    }
}

/// <summary>The buckets of one histogram.</summary>
sealed class HistogramCells(double[] bounds)
{
    /// <summary>Observations a bucket, not yet cumulative; the last is +Inf.</summary>
    public long[] Counts { get; } = new long[bounds.Length + 1];

    public double Sum { get; private set; }

    public void Reset()
    {
        Array.Clear(Counts);
        Sum = 0;
    }

    public void Observe(double value)
    {
        var bucket = Array.BinarySearch(bounds, value);
        Counts[bucket >= 0 ? bucket : ~bucket]++;
        Sum += value;
    }
}
