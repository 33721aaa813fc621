using System.Globalization;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary>Runs a case as promtool does (cmd/promtool/unittest.go): every group at every evaluation interval from 1970 on.</summary>
static class RuleTests
{
    /// <summary>What was not as expected; empty: the case passed.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(RuleTestCase test, IEnumerable<RuleGroup> groups, TimeSpan every, TimeProvider clock, CancellationToken stop)
    {
        var samples = Load(test);
        var trial = new RuleTrial(groups, samples, new(test.ExternalLabels, test.ExternalUrl), clock);
        var step = (long)every.TotalMilliseconds;
        var until = test.Alerts.Select(expected => expected.At).Concat(test.Samples.Select(expected => expected.At)).DefaultIfEmpty().Max();
        var failures = new List<string>();
        for (var at = 0L; at <= until; at += step)
        {
            await trial.StepAsync(at, stop);
            failures.AddRange(trial.Failing.Select(rule => $"    rule: {rule.Rule.Name}, time: {Seconds(at)}, err: {rule.LastError}"));
            failures.AddRange(test.Alerts.Where(expected => expected.At >= at && expected.At < at + step).Select(expected => Compare(expected, trial)).OfType<string>());
        }
        foreach (var expected in test.Samples)
        {
            if (await CompareAsync(expected, trial, stop) is { } failure)
                failures.Add(failure);
        }
        return failures;
    }

    static ScratchSamples Load(RuleTestCase test)
    {
        var samples = new ScratchSamples();
        foreach (var (labels, values) in test.Input)
        {
            for (var i = 0; i < values.Count; i++)
            {
                if (values[i] is { } value)
                    samples.Add(labels, (long)test.Interval.TotalMilliseconds * i, value);
            }
        }
        return samples;
    }

    static string? Compare(ExpectedAlerts expected, RuleTrial trial)
    {
        var got = trial.Open.Where(alert => alert.Name == expected.Name && alert.State == AlertState.Firing).Select(alert => Text(alert.Labels, alert.Annotations));
        return Different($"alertname: {expected.Name}, time: {expected.Time}", expected.Alerts.Select(alert => Text(alert.Labels, alert.Annotations)), got);
    }

    static async Task<string?> CompareAsync(ExpectedSamples expected, RuleTrial trial, CancellationToken stop)
    {
        var what = $"expr: {expected.Expression}, time: {expected.Time}";
        try
        {
            var answer = await trial.AskAsync(expected.Expression, expected.At, stop);
            return answer.Kind is QueryResultKind.Vector or QueryResultKind.Scalar
                ? Different(what, expected.Samples.Select(sample => Text(sample.Labels, sample.Value)), answer.Series.Select(series => Text(series.Labels, series.Samples[^1].Value)))
                : $"    {what}, err: the expression is neither a vector nor a scalar";
        }
        catch (Exception wrong) when (wrong is PromQlException or QueryLimitException)
        {
            return $"    {what}, err: {wrong.Message}";
        }
    }

    static string? Different(string what, IEnumerable<string> expected, IEnumerable<string> got)
    {
        var (wanted, found) = (expected.Order(StringComparer.Ordinal).ToArray(), got.Order(StringComparer.Ordinal).ToArray());
        return wanted.SequenceEqual(found) ? null : $"    {what},\n        exp: {List(wanted)}\n        got: {List(found)}";
    }

    static string List(string[] items) => items.Length == 0 ? "nil" : string.Join("\n             ", items);

    static string Text(Labels labels, double value) => $"{labels} {PromText.Number(value)}";

    static string Text(Labels labels, IReadOnlyDictionary<string, string> annotations) =>
        $"Labels:{labels} Annotations:{{{string.Join(", ", annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}=\"{pair.Value}\""))}}}";

    static string Seconds(long at) => string.Create(CultureInfo.InvariantCulture, $"{at / 1000.0}s");
}
