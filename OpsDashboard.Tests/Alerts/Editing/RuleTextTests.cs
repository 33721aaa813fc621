using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Editing;

public sealed class RuleTextTests
{
    const string Document = """
        # ours
        groups:
          - name: g
            rules:
              # the first
              - alert: Plain
                expr: max by (job) (queue) > 1500   # measured at noon
                for: 5m
                labels: { severity: warning }
                annotations:
                  summary: 'Queue is {{ $value }}, limit 1500'
                  runbook: see there
              - alert: Folded
                expr: >-
                  sum(rate(bad[1m]))
                  / sum(rate(all[1m])) > 0.05
                annotations: { summary: "It's {{ $value | humanizePercentage }}" }
              - { alert: Flow, expr: up < 1, annotations: { summary: s } }
              - alert: Quoted
                expr: "up{job=\"a\"} == 0 or up > 3"
                annotations: { summary: s }
              - alert: Last
                expr: heap >= 150e6
                labels:
                  team: web
                annotations:
                  summary: s

          - name: h
            rules: []
        """;

    [Fact]
    public void Change_OnlyTheLine_ChangesOnlyTheNumber()
    {
        Assert.Equal(Document.Replace("> 1500   #", "> 2000   #"), Change("Plain", rule => Lined(rule, 2000)));
        Assert.Equal(Document.Replace("> 0.05", "> 0.07"), Change("Folded", rule => Lined(rule, 0.07)));
        Assert.Equal(Document.Replace("up < 1", "up < 0.5"), Change("Flow", rule => Lined(rule, 0.5)));
        Assert.Equal(Document.Replace("150e6", "160000000"), Change("Last", rule => Lined(rule, 160e6)));
    }

    [Theory]
    [InlineData("Plain")]
    [InlineData("Folded")]
    [InlineData("Flow")]
    [InlineData("Last")]
    public void Change_EveryField_IsReadBackAsTheFormHadIt_AndTheOthersStay(string name)
    {
        var text = Change(name, rule => rule with { Line = new("avg(other{a='b'})", "<=", -0.5), For = TimeSpan.FromSeconds(90), Severity = "info", Summary = "It's: 'so' # no comment" });
        var (before, after) = (Read(Document), Read(text));
        var changed = SimpleRule.Of((AlertRule)after.Single(rule => rule.Name == name));
        Assert.Equal(new(name, new("avg(other{a='b'})", "<=", -0.5), TimeSpan.FromSeconds(90), "info", "It's: 'so' # no comment"), changed);
        Assert.Equal(before.Where(rule => rule.Name != name).Select(rule => rule.Expression), after.Where(rule => rule.Name != name).Select(rule => rule.Expression));
        Assert.Contains("# the first", text);
        if (name == "Last")
            Assert.Equal("web", after.Single(rule => rule.Name == name).Labels["team"]);
    }

    [Fact]
    public void At_LineWithoutARule_IsNone() => Assert.Null(RuleText.At(Document, 3));

    [Fact]
    public void At_TextThatIsNoYaml_IsNone() => Assert.Null(RuleText.At("groups: [", 1));

    [Fact]
    public void Change_RuleOfSeveralComparisons_ChangesWhatIsNotItsCondition()
    {
        var text = Change("Quoted", rule => rule with { For = TimeSpan.FromMinutes(2), Severity = "critical", Summary = "t" });
        var changed = (AlertRule)Read(text).Single(rule => rule.Name == "Quoted");
        Assert.Equal(("up{job=\"a\"} == 0 or up > 3", new SimpleRule("Quoted", null, TimeSpan.FromMinutes(2), "critical", "t")), (changed.Expression, SimpleRule.Of(changed)));
    }

    static SimpleRule Lined(SimpleRule rule, double threshold) => rule with { Line = rule.Line! with { Threshold = threshold } };

    static string Change(string name, Func<SimpleRule, SimpleRule> change)
    {
        var rule = (AlertRule)Read(Document).Single(rule => rule.Name == name);
        var form = SimpleRule.Of(rule);
        return RuleText.At(Document, rule.Line)!.Change(form, change(form));
    }

    static GroupRule[] Read(string text) => [.. new DocumentReading(syntax => new RuleFile(syntax)).Read<RuleDocument>(text).Groups.SelectMany(group => group.Rules)];
}
