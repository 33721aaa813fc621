namespace OpsDashboard.Metrics.Charts;

/// <summary>Distance between the points of a chart, in milliseconds: one of a few round ones, so that charts of many viewers share their frames.</summary>
public static class ChartStep
{
    static readonly int[] Steps =
        [1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000];

    /// <summary>The smallest step that needs no more than so many points for the span.</summary>
    public static int For(long span, int points) => Steps.FirstOrDefault(step => span / step <= points, Steps[^1]);

    /// <summary>The offered step that is nearest above.</summary>
    public static int Rounded(int step) => Steps.FirstOrDefault(known => known >= step, Steps[^1]);
}
