using OpsDashboard.Alerts;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class RuleFileTests
{
    const string Valid = """
        groups:
          - name: shop-alerts
            interval: 5s
            rules:
              - alert: HighErrorRate
                expr: up == 0
                for: 1m30s
                labels: { severity: critical, team: web }
                annotations: { summary: "It is {{ $value }}" }
        """;

    readonly DocumentReading file = new(syntax => new RuleFile(syntax));

    [Fact]
    public void Read_EveryKey_ArrivesInTheRule()
    {
        var group = Assert.Single(file.Read<RuleDocument>(Valid).Groups);
        Assert.Equal(("shop-alerts", TimeSpan.FromSeconds(5)), (group.Name, group.Interval));
        var rule = Assert.IsType<AlertRule>(Assert.Single(group.Rules));
        Assert.Equal(("HighErrorRate", "up == 0", TimeSpan.FromSeconds(90), "critical", "web"), (rule.Name, rule.Expression, rule.For, rule.Severity, rule.Labels["team"]));
        Assert.Equal(("It is {{ $value }}", "shop/rules.yml", 5), (rule.Annotations["summary"], rule.File, rule.Line));
    }

    [Fact]
    public void Read_WithoutSeverity_Warns() =>
        Assert.Equal("warning", file.Read<RuleDocument>(Valid.Replace("severity: critical, ", "")).Groups[0].Rules.OfType<AlertRule>().First().Severity);

    [Theory]
    [InlineData("severity: critical", "severity: page", "8: `severity: page` is not known. Use one of critical, warning, info: only these count for health.")]
    [InlineData("team: web", "the-team: web", "8: `the-team` is not a label name. Use letters, digits and underscores, not beginning with a digit.")]
    [InlineData("for: 1m30s", "for: soon", "7: `for: soon` is not a duration. Write for example `for: 15s`.")]
    [InlineData("for: 1m30s", "hold: 1m", "7: `hold` is not known here. Known keys: alert, annotations, expr, for, keep_firing_for, labels.")]
    [InlineData("expr: up == 0", "expr: wrong", "6: `expr` is not a PromQL expression: unexpected word Try it in the metrics explorer.")]
    [InlineData("      - alert: HighErrorRate\n        expr", "      - expr", "5: `alert` is missing. Add `alert:`.")]
    [InlineData("alert: HighErrorRate", "record: a-b", "5: `a-b` is not a metric name. Use letters, digits, underscores and colons, e.g. job:requests:rate5m.", "7: `for` is not known here. Known keys: expr, labels, record.", "9: `annotations` is not known here. Known keys: expr, labels, record.")]
    [InlineData("{{ $value }}", "{{ $value", "9: `summary` is not a template: 1:7: this action is not closed: }} is missing. See Prometheus' template reference; what is to stand as it is goes into {{ \"…\" }}.")]
    [InlineData("{{ $value }}", "{{ $value | shout }}", "9: `summary` is not a template: 1:19: function \"shout\" not defined. See Prometheus' template reference; what is to stand as it is goes into {{ \"…\" }}.")]
    [InlineData("interval: 5s", "interval: 5ms", "3: An interval of 5ms is too short. Use 100ms or more.")]
    [InlineData("interval: 5s", "limit: -1", "3: `limit: -1` is no number of alerts. Use 0 for no limit.")]
    [InlineData("summary:", "sumary:", "9: The rule `HighErrorRate` has no summary. Add `annotations: { summary: … }`: the sentence that a person reads first.")]
    public void Read_Wrong_NamesLineAndRemedy(string good, string bad, params string[] expected) =>
        Assert.Equal(expected, file.Problems(Valid.Replace(good, bad)));

    [Fact]
    public void Read_EveryKeyOfPrometheus_IsUnderstood()
    {
        var group = Assert.Single(file.Read<RuleDocument>("""
            groups:
              - name: g
                limit: 7
                query_offset: 30s
                labels: { team: web, tier: one }
                rules:
                  - { record: "job:up:sum", expr: sum(up), labels: { tier: two } }
                  - { alert: A, expr: up, keep_firing_for: 10m, annotations: { summary: s } }
                  - { alert: A, expr: up > 1, annotations: { summary: s } }
            """).Groups);
        Assert.Equal((7, TimeSpan.FromSeconds(30)), (group.Limit, group.QueryOffset));
        Assert.Equal(["shop/g/job:up:sum", "shop/g/A", "shop/g/A#2"], group.Rules.Select(rule => rule.Id));
        Assert.Equal(("web", "two"), (group.Rules[0].Labels["team"], group.Rules[0].Labels["tier"]));
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.IsType<AlertRule>(group.Rules[1]).KeepFiringFor);
    }

    [Fact]
    public void Read_RuleTwice_IsAProblem() =>
        Assert.Equal(["5: The rule `a` stands here twice with the same expression and labels. Remove one of them."], file.Problems("""
            groups:
              - name: g
                rules:
                  - { alert: a, expr: up, annotations: { summary: s } }
                  - { alert: a, expr: up, annotations: { summary: t } }
                  - { alert: a, expr: up, labels: { severity: info }, annotations: { summary: s } }
            """));

    [Fact]
    public void Read_GroupTwice_IsAProblem() =>
        Assert.Equal(["3: The group `g` stands here twice. Give one of them another name."], file.Problems("groups:\n  - { name: g, rules: [] }\n  - { name: g, rules: [] }\n"));
}
