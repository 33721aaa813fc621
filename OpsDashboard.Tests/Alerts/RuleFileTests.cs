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
    [InlineData("severity: critical", "severity: page", "8: `severity: page` is not known. Use one of critical, warning, info.")]
    [InlineData("team: web", "the-team: web", "8: `the-team` is not a label name. Use letters, digits and underscores, not beginning with a digit.")]
    [InlineData("for: 1m30s", "for: soon", "7: `for: soon` is not a duration. Write for example `for: 15s`.")]
    [InlineData("for: 1m30s", "hold: 1m", "7: `hold` is not known here. Known keys: alert, annotations, expr, for, labels.")]
    [InlineData("expr: up == 0", "expr: wrong", "6: `expr` is not a PromQL expression: unexpected word Try it in the metrics explorer.")]
    [InlineData("      - alert: HighErrorRate\n        expr", "      - expr", "5: `alert` is missing. Add `alert:`.")]
    [InlineData("alert: HighErrorRate", "record: a:b", "5: Recording rules are not evaluated here. Put the expression into the alerts, KPIs and panels that need it.")]
    [InlineData("summary:", "sumary:", "9: The rule `HighErrorRate` has no summary. Add `annotations: { summary: … }`: the sentence that a person reads first.")]
    public void Read_Wrong_NamesLineAndRemedy(string good, string bad, string expected) =>
        Assert.Equal([expected], file.Problems(Valid.Replace(good, bad)));

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
