namespace OpsDashboard.Metrics.Collectors.Machine;

/// <summary>When a filesystem will be full if it goes on as in the last day: least squares over the stored free space. Pure.</summary>
static class DiskForecast
{
    /// <summary>A trend over less than this says nothing.</summary>
    public static readonly TimeSpan ShortestHistory = TimeSpan.FromMinutes(30);

    const int FewestPoints = 10;
    static readonly double LongestSeconds = TimeSpan.FromDays(3650).TotalSeconds;

    /// <summary>Seconds from the last sample until nothing is free; null where the space does not shrink or the history is too short.</summary>
    public static double? SecondsToFull(ReadOnlySpan<long> times, ReadOnlySpan<double> free)
    {
        if (times.Length < FewestPoints || times[^1] - times[0] < ShortestHistory.TotalMilliseconds)
            return null;
        double sumX = 0, sumY = 0, sumXX = 0, sumXY = 0;
        for (var i = 0; i < times.Length; i++)
        {
            var x = (times[i] - times[0]) / 1000.0;
            sumX += x;
            sumY += free[i];
            sumXX += x * x;
            sumXY += x * free[i];
        }
        var slope = (times.Length * sumXY - sumX * sumY) / (times.Length * sumXX - sumX * sumX);
        var left = free[^1] / -slope;
        return slope < 0 && left <= LongestSeconds ? left : null;
    }
}
