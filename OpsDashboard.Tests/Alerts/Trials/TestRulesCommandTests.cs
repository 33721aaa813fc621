using OpsDashboard.Alerts.Trials;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Trials;

public sealed class TestRulesCommandTests
{
    const string Rules = "groups:\n  - name: g\n    rules:\n      - { alert: Down, expr: up == 0, for: 5m, labels: { severity: page }, annotations: { summary: '{{ $labels.instance }} down' } }\n";

    const string Test = """
        rule_files: [ru*.yml]
        evaluation_interval: 1m
        tests:
          - name: one
            interval: 1m
            input_series:
              - { series: 'up{instance="a"}', values: '1 0x10' }
            alert_rule_test:
              - { eval_time: 5m, alertname: Down }
              - eval_time: 6m
                alertname: Down
                exp_alerts:
                  - { exp_labels: { severity: page, instance: a }, exp_annotations: { summary: a down } }
            promql_expr_test:
              - { expr: 'count_over_time(up[2m])', eval_time: 3m, exp_samples: [ { labels: '{instance="a"}', value: 2 } ] }
        """;

    readonly string folder = RealServer.TemporaryFolder("test-rules");

    [Fact]
    public async Task Test_AsExpected_Succeeds() => Assert.Equal((0, "SUCCESS"), await RunAsync(Test));

    [Theory]
    [InlineData("eval_time: 5m", "eval_time: 6m", "alertname: Down, time: 6m,")]
    [InlineData("summary: a down", "summary: b down", "got: Labels:{alertname=\"Down\",instance=\"a\",severity=\"page\"} Annotations:{summary=\"a down\"}")]
    [InlineData("value: 2", "value: 3", "expr: count_over_time(up[2m]), time: 3m,")]
    [InlineData("count_over_time(up[2m])", "count_over_time(up", "unclosed left parenthesis")]
    [InlineData("values: '1 0x10'", "values: '1 0x10000000000'", ":7: '0x10000000000' repeats no number of times up to 1000000.")]
    [InlineData("values: '1 0x10'", "values: '1 {{a'", "is no number.")]
    [InlineData("series: 'up{instance=\"a\"}'", "series: 'up{instance'", "has no end of its labels.")]
    [InlineData("ru*.yml", "none.yml", "`rule_files: none.yml` names no file.")]
    [InlineData("evaluation_interval", "evaluation", "`evaluation` is not known here.")]
    [InlineData("evaluation_interval: 1m", "evaluation_interval: 0s", "An interval of nothing leads nowhere.")]
    public async Task Test_NotAsExpectedOrWrong_FailsAndSaysWhy(string good, string bad, string expected)
    {
        var (code, output) = await RunAsync(Test.Replace(good, bad));
        Assert.Equal(1, code);
        Assert.Contains(expected, output);
    }

    [Fact]
    public async Task Command_WithoutFiles_SaysHowItIsUsed()
    {
        var output = new StringWriter();
        Assert.Equal(2, await TestRulesCommand.RunAsync([], output));
        Assert.Contains("test-rules", output.ToString());
        Assert.Equal(1, await TestRulesCommand.RunAsync([Path.Combine(folder, "nothing.yml")], output));
        Assert.Contains("cannot be read", output.ToString());
    }

    async Task<(int, string)> RunAsync(string test)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), Rules);
        var path = Path.Combine(folder, "test.yml");
        await File.WriteAllTextAsync(path, test);
        var output = new StringWriter();
        var code = await TestRulesCommand.RunAsync([path], output);
        return (code, code == 0 ? output.ToString().Split('\n')[1].Trim() : output.ToString());
    }
}
