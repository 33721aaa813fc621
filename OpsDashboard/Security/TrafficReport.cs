using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Security;

/// <summary>How busy a system is, beside how busy it usually is.</summary>
/// <param name="Now">Requests a second, last minute.</param>
/// <param name="Usual">Mean over the hours before; null where too little is known.</param>
/// <param name="Deviation">Its standard deviation.</param>
public sealed record SystemTraffic(string SystemId, double Now, double? Usual, double? Deviation)
{
    const double Sigmas = 4;

    /// <summary>Far from what is usual, and by more than a quarter: a steady rate has next to no deviation.</summary>
    public bool IsUnusual => Usual is { } usual && Math.Abs(Now - usual) > Math.Max(Sigmas * (Deviation ?? 0), 0.25 * usual);
}

/// <summary>Compares the rate of requests with that of the last six hours.</summary>
public sealed class TrafficReader(IPromQl promQl, TimeProvider clock)
{
    /// <summary>What the rate is, so that a chart can be opened with it.</summary>
    public static string Expression(string systemId) => $"sum(rate(http_requests_total{{system=\"{systemId.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"}}[1m]))";

    const string Rate = "sum by (system) (rate(http_requests_total[1m]))";
    const string Before = "[6h:1m] offset 5m";

    // So many minutes of history tell what is usual.
    const double Enough = 30;

    /// <exception cref="PromQlException">The figures cannot be computed now.</exception>
    public async Task<IReadOnlyList<SystemTraffic>> ReadAsync(Actor actor, CancellationToken stop)
    {
        var now = await ValuesAsync(actor, Rate, stop);
        var known = await ValuesAsync(actor, $"count_over_time({Rate}{Before})", stop);
        var usual = await ValuesAsync(actor, $"avg_over_time({Rate}{Before})", stop);
        var deviation = await ValuesAsync(actor, $"stddev_over_time({Rate}{Before})", stop);
        return [.. now.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => known.GetValueOrDefault(pair.Key) < Enough
            ? new SystemTraffic(pair.Key, pair.Value, null, null)
            : new(pair.Key, pair.Value, usual.GetValueOrDefault(pair.Key), deviation.GetValueOrDefault(pair.Key)))];
    }

    async Task<Dictionary<string, double>> ValuesAsync(Actor actor, string expression, CancellationToken stop)
    {
        var answer = await promQl.For(actor).Parse(expression).InstantAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), SelectOptions.Raw, stop);
        return answer.Series.Where(series => series.Labels["system"] is not null && series.Samples.Count > 0).ToDictionary(series => series.Labels["system"]!, series => series.Samples[^1].Value);
    }
}
