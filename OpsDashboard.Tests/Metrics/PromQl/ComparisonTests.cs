using System.Globalization;
using System.Text.Json;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

/// <summary>
/// Asks a real Prometheus (Debian's 2.42) and ourselves the same and compares value by value. Known differences of Prometheus 3 are avoided
/// by the data: ranges and look-back are open to the left since 3.0, so no sample lies exactly at a left end (stamps are 137 ms off the
/// second); <c>.</c> matches newlines; holt_winters became the experimental double_exponential_smoothing; since 3.0 a sub-query's first step
/// lies after its left end; atan2 keeps the metric's name before 3.0; the compensation of sums differs in the last bits.
/// </summary>
public sealed class ComparisonTests
{
    const long Start = 1_700_000_000_137;

    static readonly string[] Queries =
    [
        "load", "load{host=\"a\"}", "load{host=~\"a|b\"}", "load{host!~\"a\"}", "load offset 1m", "load @ 1700000300", "load @ end()",
        "rate(requests_total[1m])", "rate(requests_total[90s])", "increase(requests_total[5m])", "irate(requests_total[1m])", "delta(load[2m])", "idelta(load[2m])",
        "deriv(load[3m])", "predict_linear(load[3m], 600)", "resets(requests_total[5m])", "changes(load[5m])",
        "avg_over_time(load[2m])", "sum_over_time(load[2m])", "min_over_time(load[2m])", "max_over_time(load[2m])", "count_over_time(load[2m])",
        "stddev_over_time(load[2m])", "stdvar_over_time(load[2m])", "quantile_over_time(0.9, load[2m])", "last_over_time(load[2m])", "present_over_time(gappy[1m])", "absent_over_time(gappy[1m])",
        "sum(load)", "sum by (host) (requests_total)", "sum without (host) (requests_total)", "avg by (path) (rate(requests_total[1m]))", "min(load)", "max(load)", "count(requests_total)",
        "stddev(load)", "stdvar(load)", "group by (path) (requests_total)", "topk(2, load)", "bottomk(2, load)", "quantile(0.3, load)", "count_values(\"v\", round(load / 50))",
        "histogram_quantile(0.5, rate(duration_bucket[1m]))", "histogram_quantile(0.99, sum by (le) (rate(duration_bucket[2m])))", "histogram_quantile(0.9, duration_bucket)",
        "load + 1", "load * load", "load / on(host) group_right sum by (host) (load)", "requests_total / on(host) group_left sum by (host) (requests_total)", "load % 7", "load ^ 2", "-load",
        "load > 50", "load > bool 50", "50 < load", "load == load", "load and load > 50", "load unless load > 50", "load > 50 or load offset 5m", "sum by (host) (load) atan2 2",
        "abs(load - 50)", "ceil(load)", "floor(load)", "round(load, 0.3)", "clamp(load, 20, 60)", "clamp_min(load, 20)", "clamp_max(load, 60)", "sqrt(load)", "ln(load)", "log2(load)", "log10(load)", "exp(load / 10)", "sgn(load - 50)",
        "sin(load)", "cosh(load / 50)", "deg(load)", "scalar(sum(load))", "vector(1)", "time()", "timestamp(load)", "absent(nosuch{a=\"b\"})", "absent(load)",
        "label_replace(load, \"h\", \"$1-x\", \"host\", \"(.)\")", "label_join(load, \"h\", \"-\", \"host\", \"host\")", "hour()", "day_of_week(vector(time()))", "days_in_month()",
        "max_over_time(rate(requests_total[1m])[5m:15s])", "avg_over_time(load[5m:30s])", "sum_over_time(load[3m:10s] offset 1m)", "gappy", "sum(gappy) or vector(0)", "stale", "rate(stale[2m])", "sort_desc(load)", "pi() * load",
    ];

    static FakeSamples Samples()
    {
        var samples = new FakeSamples();
        var random = new Random(7);
        double[] counters = new double[4], buckets = new double[4];
        for (var i = 0; i < 150; i++)
        {
            var at = Start + (i * 5_000) + random.Next(1, 200);
            for (var h = 0; h < 3; h++)
                samples.Add(Labels.Of("load", ("host", $"{(char)('a' + h)}")), at, 50 + (40 * Math.Sin((i / 10.0) + h)) + random.NextDouble());
            for (var c = 0; c < 4; c++)
            {
                counters[c] = random.Next(40) == 0 ? 0 : counters[c] + random.Next(100);
                samples.Add(Labels.Of("requests_total", ("host", c % 2 == 0 ? "a" : "b"), ("path", c < 2 ? "/x" : "/y")), at, counters[c]);
            }
            var seen = 0.0;
            foreach (var (bound, b) in new[] { ("0.1", 0), ("0.5", 1), ("2.5", 2), ("+Inf", 3) })
                samples.Add(Labels.Of("duration_bucket", ("le", bound)), at, buckets[b] += seen += random.Next(20));
            if (i % 30 < 12)
                samples.Add(Labels.Of("gappy", ("host", "a")), at, i);
            if (i < 60)
                samples.Add(Labels.Of("stale", ("host", "a")), at, i * i);
        }
        return samples;
    }

    [PrometheusFact]
    public async Task Queries_AskedOfPrometheus_AnswerAlike()
    {
        var samples = Samples();
        using var prometheus = await PrometheusServer.StartAsync(samples.All);
        var engine = new PromQlEngine(samples, TimeProvider.System);
        var differences = new List<string>();
        foreach (var query in Queries)
        {
            foreach (var at in new[] { Start + 400_000, Start + 745_000, Start + 900_000 })
            {
                var theirs = await prometheus.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}&time={PromText.Seconds(at)}");
                var ours = await engine.Parse(query).InstantAsync(at, SelectOptions.Raw, default);
                Compare($"{query} at {at}", theirs, ours, differences);
            }
            var (from, to) = (Start + 100_000, Start + 800_000);
            var range = await prometheus.GetAsync($"api/v1/query_range?query={Uri.EscapeDataString(query)}&start={PromText.Seconds(from)}&end={PromText.Seconds(to)}&step=20");
            Compare($"{query} as a range", range, await engine.Parse(query).RangeAsync(from, to, 20_000, SelectOptions.Raw, default), differences);
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(40)));
    }

    [PrometheusFact]
    public async Task Expressions_NotParsed_AreRefusedByBoth()
    {
        using var prometheus = await PrometheusServer.StartAsync([(Labels.Of("load"), Start, 1)]);
        var engine = new PromQlEngine(new FakeSamples(), TimeProvider.System);
        string[] wrong = ["sum(", "load{", "load[5m", "rate(load)", "sum(load[5m])", "1 == 1", "load and 1", "{a=\"\"}", "load offset", "topk(load)", "load{a=~\"(\"}", "1 +", "load load", "sum by load", "load @ x", "load[5m:0s]", "nosuch(load)", "\"a\" + 1", "-\"a\""];
        foreach (var text in wrong)
        {
            var theirs = await prometheus.GetAsync($"api/v1/query?query={Uri.EscapeDataString(text)}");
            Assert.Equal("bad_data", theirs.GetProperty("errorType").GetString());
            Assert.Throws<PromQlException>(() => engine.Parse(text));
        }
    }

    static void Compare(string query, JsonElement theirs, QueryResult ours, List<string> differences)
    {
        if (theirs.GetProperty("status").GetString() != "success")
        {
            differences.Add($"{query}: Prometheus refused: {theirs}");
            return;
        }
        var data = theirs.GetProperty("data");
        if (ours.Kind == QueryResultKind.Scalar)
        {
            CompareValue(query, data.GetProperty("result"), ours.Series[0].Samples[0], differences);
            return;
        }
        var expected = data.GetProperty("result").EnumerateArray().ToDictionary(LabelsOf);
        if (expected.Count != ours.Series.Count)
            differences.Add($"{query}: {expected.Count} series there, {ours.Series.Count} here");
        foreach (var series in ours.Series)
        {
            if (!expected.TryGetValue(series.Labels, out var their))
            {
                differences.Add($"{query}: {series.Labels} is not there");
                continue;
            }
            var points = their.TryGetProperty("values", out var values) ? values.EnumerateArray().ToArray() : [their.GetProperty("value")];
            if (points.Length != series.Samples.Count)
                differences.Add($"{query} {series.Labels}: {points.Length} points there, {series.Samples.Count} here");
            for (var i = 0; i < Math.Min(points.Length, series.Samples.Count); i++)
                CompareValue($"{query} {series.Labels}", points[i], series.Samples[i], differences);
        }
    }

    static void CompareValue(string what, JsonElement point, Sample sample, List<string> differences)
    {
        var at = (long)Math.Round(point[0].GetDouble() * 1000);
        var text = point[1].GetString()!;
        var value = text switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, "NaN" => double.NaN, _ => double.Parse(text, CultureInfo.InvariantCulture) };
        var isSame = value.Equals(sample.Value) || Math.Abs(value - sample.Value) <= 1e-10 * Math.Max(Math.Abs(value), Math.Abs(sample.Value));
        if (at != sample.At || !isSame)
            differences.Add($"{what} at {at}: {text} there, {PromText.ApiNumber(sample.Value)} at {sample.At} here");
    }

    static Labels LabelsOf(JsonElement series) =>
        Labels.From(series.GetProperty("metric").EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!)));
}
