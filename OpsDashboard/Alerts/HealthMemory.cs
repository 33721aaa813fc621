using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

/// <summary>
/// Reads from the stored series since when every system has had the state in which it was last seen, so that a restart does not begin
/// "since" anew. Thread-safe.
/// </summary>
sealed class HealthMemory(ISampleQuery samples, ISampleAggregates aggregates, TimeProvider clock)
{
    /// <summary>Longer without a sample, and nobody knows what was in between: the state begins anew.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(15);

    static readonly TimeSpan Farthest = TimeSpan.FromDays(30);
    const long Minute = 60_000;

    /// <summary>By system; a system without a recent sample is not in it.</summary>
    public async Task<Dictionary<string, (Health Health, DateTimeOffset Since)>> ReadAsync(string environment, CancellationToken stop)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        LabelMatcher[] matchers = [LabelMatcher.Metric(HealthHost.Series), LabelMatcher.Equal("environment", environment)];
        var found = new Dictionary<string, (Health, DateTimeOffset)>();
        foreach (var series in (await samples.SelectAsync(matchers, now - (long)LongestGap.TotalMilliseconds, now, SelectOptions.Raw, stop)).Series)
        {
            if (series.Labels["system"] is not { } system || series.Values.Length == 0 || !Enum.IsDefined((Health)(int)series.Values[^1]))
                continue;
            var state = series.Values[^1];
            found[system] = ((Health)(int)state, DateTimeOffset.FromUnixTimeMilliseconds(await BeginningAsync([.. matchers, LabelMatcher.Equal("system", system)], state, now, stop)));
        }
        return found;
    }

    /// <summary>The first instant of the unbroken run of the state that reaches to now.</summary>
    async Task<long> BeginningAsync(LabelMatcher[] matchers, double state, long now, CancellationToken stop)
    {
        var spans = (await aggregates.AggregateAsync(matchers, now - (long)Farthest.TotalMilliseconds, now, Minute, stop)).Series.SelectMany(series => series.Spans).OrderBy(span => span.Start).ToArray();
        var gap = (long)LongestGap.TotalMilliseconds;
        var beginning = now;
        for (var i = spans.Length - 1; i >= 0; i--)
        {
            var isWhole = spans[i].Min == state && spans[i].Max == state;
            if (beginning - spans[i].LastAt > gap)
                break;
            if (!isWhole)
                return spans[i].Last == state ? await WithinAsync(matchers, spans[i].Start, state, beginning, stop) : beginning;
            beginning = spans[i].Start;
        }
        return beginning;
    }

    /// <summary>The exact instant within a minute that holds more than one state.</summary>
    async Task<long> WithinAsync(LabelMatcher[] matchers, long minute, double state, long otherwise, CancellationToken stop)
    {
        foreach (var series in (await samples.SelectAsync(matchers, minute, minute + Minute - 1, SelectOptions.Raw, stop)).Series)
        {
            var first = series.Values.Length;
            while (first > 0 && series.Values[first - 1] == state)
                first--;
            if (first < series.Values.Length)
                return series.Times[first];
        }
        return otherwise;
    }
}
