using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Editing;

public sealed class SimpleRuleTests
{
    static readonly SimpleRule Rule = new("QueueLong", new("max by (job) (queue{system=\"shop\",kind='a'})", ">", 1500.5), TimeSpan.FromMinutes(5), "warning", "It's {{ $value }} long");

    [Theory]
    [InlineData(null)]
    [InlineData("groups:\n  - name: g\n    rules:\n      - { alert: A, expr: up, annotations: { summary: s } }\n")]
    [InlineData("# ours\ngroups:\n- name: simple-QueueLong\n  rules:\n  - alert: A\n    expr: up\n    annotations: { summary: s }\n\n\n")]
    public void AddTo_AnyDocument_IsReadBackAsTheFormHadIt(string? document)
    {
        var text = Rule.AddTo(document);
        Assert.StartsWith((document ?? "groups:").TrimEnd(), text);
        var groups = new DocumentReading(syntax => new RuleFile(syntax)).Read<RuleDocument>(text).Groups;
        var added = Assert.IsType<AlertRule>(Assert.Single(groups[^1].Rules));
        Assert.Equal(Rule, SimpleRule.Of(added));
        Assert.Equal(groups.Count, groups.Select(group => group.Name).Distinct().Count());
    }

    [Fact]
    public void AddTo_NoSummaryAndNoHold_WritesASentenceAndNoFor()
    {
        var text = (Rule with { Summary = "", For = TimeSpan.Zero }).AddTo(null);
        Assert.Contains("summary: 'QueueLong is {{ $value | humanize }}, limit 1500.5'", text);
        Assert.DoesNotContain("for:", text);
    }

    [Fact]
    public void Of_RuleWithoutALine_HasTheOtherFields() =>
        Assert.Equal(new("A", null, TimeSpan.FromMinutes(1), "critical", "s"), SimpleRule.Of(new("A", "up and up", TimeSpan.FromMinutes(1), new Dictionary<string, string> { ["severity"] = "critical" }, new Dictionary<string, string> { ["summary"] = "s" }, "", 0)));

    [Fact]
    public void AddTo_WithoutALine_IsRefused() => Assert.Throws<InvalidInputException>(() => (Rule with { Line = null }).AddTo(null));

    [Fact]
    public void Check_EveryWrongField_IsNamed()
    {
        var refused = Assert.Throws<InvalidInputException>(() => new SimpleRule("a b", new("sum(", "~", double.NaN), TimeSpan.FromSeconds(-1), "page", "").Check(new PromQlSyntax()));
        Assert.Equal(["name", "measured", "comparison", "threshold", "for", "severity"], refused.Problems.Select(problem => problem.Field));
        Rule.Check(new PromQlSyntax());
    }
}
