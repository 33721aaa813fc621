using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary>One case of a file with unit tests for rules.</summary>
/// <param name="Interval">Between the values of <paramref name="Input"/>.</param>
sealed record RuleTestCase(string Name, TimeSpan Interval, IReadOnlyList<(Labels Labels, IReadOnlyList<double?> Values)> Input, IReadOnlyList<ExpectedAlerts> Alerts,
    IReadOnlyList<ExpectedSamples> Samples, IReadOnlyDictionary<string, string> ExternalLabels, string ExternalUrl);

/// <param name="Alerts">Exactly these fire; empty: none.</param>
sealed record ExpectedAlerts(long At, string Time, string Name, IReadOnlyList<(Labels Labels, IReadOnlyDictionary<string, string> Annotations)> Alerts);

sealed record ExpectedSamples(long At, string Time, string Expression, IReadOnlyList<(Labels Labels, double Value)> Samples);

/// <summary>A file in the format of <c>promtool test rules</c> (Prometheus' documentation, "Unit testing for rules").</summary>
sealed record RuleTestFile(IReadOnlyList<string> RuleFiles, TimeSpan EvaluationInterval, IReadOnlyList<string> GroupOrder, IReadOnlyList<RuleTestCase> Cases)
{
    static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    public static RuleTestFile Read(YamlMap root)
    {
        var interval = root.Duration("evaluation_interval") ?? DefaultInterval;
        if (interval <= TimeSpan.Zero)
            root.Report("evaluation_interval", "An interval of nothing leads nowhere.", "Write for example `evaluation_interval: 1m`.");
        root.Flag("fuzzy_compare");
        var file = new RuleTestFile(root.Texts("rule_files"), interval, root.Texts("group_eval_order"), [.. root.Maps("tests").Select(test => ReadCase(test, interval))]);
        root.RejectUnknownKeys();
        return file;
    }

    static RuleTestCase ReadCase(YamlMap test, TimeSpan evaluation)
    {
        var read = new RuleTestCase(test.Text("name") ?? "", test.Duration("interval") ?? evaluation,
            [.. test.Maps("input_series").Select(ReadSeries)], [.. test.Maps("alert_rule_test").Select(ReadAlerts)], [.. test.Maps("promql_expr_test").Select(ReadSamples)],
            test.TextMap("external_labels"), test.Text("external_url") ?? "");
        test.RejectUnknownKeys();
        return read;
    }

    static (Labels, IReadOnlyList<double?>) ReadSeries(YamlMap entry)
    {
        var series = (Identity(entry, "series", entry.Required("series")), Values(entry, entry.Required("values")));
        entry.RejectUnknownKeys();
        return series;
    }

    static ExpectedAlerts ReadAlerts(YamlMap entry)
    {
        var (at, time) = Time(entry);
        var name = entry.Required("alertname");
        var alerts = new List<(Labels, IReadOnlyDictionary<string, string>)>();
        foreach (var alert in entry.Maps("exp_alerts"))
        {
            var labels = alert.TextMap("exp_labels").ToDictionary();
            labels["alertname"] = name;
            alerts.Add((Labels.From(labels.Select(pair => new Label(pair.Key, pair.Value))), alert.TextMap("exp_annotations")));
            alert.RejectUnknownKeys();
        }
        entry.RejectUnknownKeys();
        return new(at, time, name, alerts);
    }

    static ExpectedSamples ReadSamples(YamlMap entry)
    {
        var (at, time) = Time(entry);
        var expression = entry.Required("expr");
        var samples = new List<(Labels, double)>();
        foreach (var sample in entry.Maps("exp_samples"))
        {
            samples.Add((Identity(sample, "labels", sample.Text("labels") ?? ""), Values(sample, sample.Text("value") ?? "0", "value") is [{ } value] ? value : double.NaN));
            sample.RejectUnknownKeys();
        }
        entry.RejectUnknownKeys();
        return new(at, time, expression, samples);
    }

    static (long, string) Time(YamlMap entry) => ((long)(entry.Duration("eval_time") ?? TimeSpan.Zero).TotalMilliseconds, entry.Text("eval_time") ?? "0s");

    static Labels Identity(YamlMap entry, string key, string text)
    {
        try
        {
            return SeriesNotation.Identity(text) is (var labels, "") ? labels : throw new FormatException($"'{text}' is no series.");
        }
        catch (FormatException wrong)
        {
            entry.Report(key, wrong.Message, "Write for example `up{job=\"api\"}`.");
            return Labels.Empty;
        }
    }

    static IReadOnlyList<double?> Values(YamlMap entry, string text, string key = "values")
    {
        try
        {
            return SeriesNotation.Values(text);
        }
        catch (FormatException wrong)
        {
            entry.Report(key, wrong.Message, "Write for example `0+10x5 _ stale 7`.");
            return [];
        }
    }
}
