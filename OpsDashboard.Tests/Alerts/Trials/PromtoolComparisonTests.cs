using System.Globalization;
using System.Text;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Trials;

/// <summary>
/// Prometheus' own rule evaluator, in virtual time (promtool test rules), is told what ours made of the same rules and samples, as expectations.
/// Steps of 20 s and ranges of 50 s keep clear of the edges of ranges, and stale markers of that of the look-back, which Prometheus 2.42 counts
/// differently from 3.
/// </summary>
public sealed class PromtoolComparisonTests
{
    const int Step = 20;

    const string Rules = """
        groups:
          - name: first
            limit: 20
            rules:
              - record: host:load:avg50s
                expr: sum by (host) (sum_over_time(load[50s])) / 3
                labels: { window: 50s }
              - alert: HighLoad
                expr: host:load:avg50s > 60
                for: 1m
                labels: { severity: '{{ if gt $value 80.0 }}critical{{ else }}warning{{ end }}', origin: '{{ $labels.host | toUpper }}' }
                annotations:
                  summary: 'Load of {{ $labels.host }} is {{ $value | humanize }} ({{ printf "%.3f" $value }}), {{ $value }}'
                  hosts: '{{ range query "load" | sortByLabel "host" }}{{ .Labels.host }}={{ .Value | humanize1024 }} {{ end }}'
                  when: '{{ with query "time()" }}{{ . | first | value | humanizeTimestamp }}{{ end }}{{ $externalLabels.region }}'
              - alert: Keeps
                expr: load{host="a"} > 70
                for: 40s
                keep_firing_for: 1m
                annotations: { summary: '{{ $value | humanizeDuration }} {{ $value | humanizePercentage }}' }
          - name: second
            rules:
              - alert: AtOnce
                expr: delta(load[50s]) > 20.123 or absent(gappy)
                annotations: { summary: '{{ if $labels.host }}{{ $labels.host }}{{ else }}nothing{{ end }}' }
              - alert: Watching
                expr: ALERTS{alertname="HighLoad",alertstate="firing"} == 1
                annotations: { summary: '{{ $labels.alertname }} {{ reReplaceAll "(.)(.*)" "$2-$1" $labels.host }}' }
              - alert: Scalar
                expr: scalar(sum(load)) > bool 170
                for: 10m
        """;

    [PrometheusFact]
    public async Task States_TextsAndSeries_AreThoseOfPrometheus()
    {
        var (input, cases) = Input();
        var problems = new List<CatalogueProblem>();
        var groups = new RuleFile(new PromQlSyntax()).ReadGroups(new YamlMap(YamlText.Parse(Rules, "rules.yml", problems)!, "rules.yml", problems, text => text), "");
        Assert.DoesNotContain(problems, problem => !problem.IsWarning);
        var trial = new RuleTrial(groups, cases, new(new Dictionary<string, string> { ["region"] = "eu" }, ""), TimeProvider.System);
        var test = new StringBuilder($"rule_files: [rules.yml]\nevaluation_interval: {Step}s\ngroup_eval_order: [first, second]\ntests:\n  - interval: {Step}s\n    external_labels: {{ region: eu }}\n    input_series:\n{input}");
        var (alerts, samples) = (new StringBuilder("    alert_rule_test:\n"), new StringBuilder("    promql_expr_test:\n"));
        for (var at = 0L; at <= 60 * Step; at += Step)
        {
            await trial.StepAsync(at * 1000, default);
            foreach (var name in groups.SelectMany(group => group.Rules).OfType<AlertRule>().Select(rule => rule.Name))
                Expect(alerts, at, name, [.. trial.Open.Where(alert => alert.Name == name && alert.State == AlertState.Firing)]);
        }
        Assert.Contains("severity: \"critical\"", alerts.ToString());
        for (var at = 0L; at <= 60 * Step; at += Step)
            await ExpectAsync(samples, at, "{__name__=~\"ALERTS|ALERTS_FOR_STATE|host:.*\"}", trial);

        var folder = RealServer.TemporaryFolder("promtool");
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), Rules);
        await File.WriteAllTextAsync(Path.Combine(folder, "test.yml"), test.Append(alerts).Append(samples).ToString());
        Assert.Contains("SUCCESS", await RealServer.RunAsync(PrometheusServer.Binary("promtool")!, "test", "rules", Path.Combine(folder, "test.yml")));

        // The same file passes our own command, and a wrong expectation fails in both.
        var output = new StringWriter();
        Assert.Equal(0, await TestRulesCommand.RunAsync([Path.Combine(folder, "test.yml")], output));
        await File.WriteAllTextAsync(Path.Combine(folder, "wrong.yml"), test.ToString().Replace("region: eu", "region: us"));
        Assert.Equal(1, await TestRulesCommand.RunAsync([Path.Combine(folder, "wrong.yml")], output));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RealServer.RunAsync(PrometheusServer.Binary("promtool")!, "test", "rules", Path.Combine(folder, "wrong.yml")));
    }

    static (string Text, ScratchSamples Samples) Input()
    {
        var (text, samples, random) = (new StringBuilder(), new ScratchSamples(), new Random(11));
        foreach (var host in new[] { "a", "b", "c" })
        {
            var values = Enumerable.Range(0, 61).Select(i => random.Next(15) == 0 ? (double?)null : Math.Round(55 + (40 * Math.Sin((i / 5.0) + host[0])) + random.Next(5))).ToArray();
            Write(text, samples, Labels.Of("load", ("host", host)), values);
        }
        Write(text, samples, Labels.Of("gappy"), [.. Enumerable.Range(0, 61).Select(i => i == 11 ? StaleMarker.Value : i is > 11 and < 35 ? (double?)null : 2)]);
        return (text.ToString(), samples);
    }

    static void Write(StringBuilder text, ScratchSamples samples, Labels labels, double?[] values)
    {
        text.Append(CultureInfo.InvariantCulture, $"      - series: '{labels}'\n        values: '{string.Join(' ', values.Select(value => value is not { } number ? "_" : StaleMarker.Is(number) ? "stale" : PromText.Number(number)))}'\n");
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                samples.Add(labels, i * Step * 1000L, value);
        }
    }

    static void Expect(StringBuilder text, long at, string name, Alert[] firing)
    {
        text.Append(CultureInfo.InvariantCulture, $"      - eval_time: {at}s\n        alertname: {name}\n        exp_alerts:\n");
        foreach (var alert in firing)
        {
            var labels = alert.Labels.Where(label => label.Name != "alertname").Select(label => $"{label.Name}: {Quoted(label.Value)}");
            var annotations = alert.Annotations.Select(pair => $"{pair.Key}: {Quoted(pair.Value)}");
            text.Append(CultureInfo.InvariantCulture, $"          - exp_labels: {{ {string.Join(", ", labels)} }}\n            exp_annotations: {{ {string.Join(", ", annotations)} }}\n");
        }
    }

    static async Task ExpectAsync(StringBuilder text, long at, string expression, RuleTrial trial)
    {
        text.Append(CultureInfo.InvariantCulture, $"      - eval_time: {at}s\n        expr: '{expression}'\n        exp_samples:\n");
        foreach (var series in (await trial.AskAsync(expression, at * 1000, default)).Series)
            text.Append(CultureInfo.InvariantCulture, $"          - labels: '{series.Labels}'\n            value: {PromText.Number(series.Samples[^1].Value)}\n");
    }

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
