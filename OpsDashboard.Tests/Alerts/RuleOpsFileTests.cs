using OpsDashboard.Alerts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class RuleOpsFileTests
{
    const string Rules = """
        groups:
          - name: g
            rules:
              - { alert: A, expr: up > 5, labels: { severity: warning }, annotations: { summary: s } }
              - { alert: B, expr: up and up, annotations: { summary: s } }
              - { record: "a:b", expr: up }
        """;

    const string Valid = """
        rules:
          g/A:
            recovery: 3
            levels: { critical: 9 }
            matches: { atLeast: 3, of: 5 }
            noData: keep
            guard: sum(traffic) > 1
            runbooks: [restart]
          g/B: { off: "because" }
        """;

    [Fact]
    public void Read_EveryKey_ArrivesAtTheRule()
    {
        var system = Text(Valid).Read(documents: Documents).Systems[0];
        var rules = system.Document<RuleDocument>()!.Groups[0].Rules;
        var extras = system.Document<RuleOpsDocument>()!.Of("shop", rules[0]);
        Assert.Equal((3, new(3, 5), NoDataPolicy.Keep, "sum(traffic) > 1", null), (extras.Recovery, extras.Matches!, extras.NoData, extras.Guard, extras.Off));
        Assert.Equal([new("critical", 9)], extras.Levels);
        Assert.Equal(["restart"], extras.Runbooks);
        Assert.Equal("because", system.Document<RuleOpsDocument>()!.Of("shop", rules[1]).Off);
        Assert.Equal(RuleExtras.None, system.Document<RuleOpsDocument>()!.Of("shop", rules[2]));
    }

    [Theory]
    [InlineData("g/B:", "g/C:", "shop/rules.ops.yml:9: There is no rule `g/C` in rules.yml. Write `group/alert` as they stand there.")]
    [InlineData("g/B:", "g/a:b:", "shop/rules.ops.yml:9: `g/a:b` is a recording rule. Extras are for alerts.")]
    [InlineData("g/B: { off: \"because\" }", "g/B: { recovery: 1 }", "shop/rules.ops.yml:9: `g/B`: recovery, levels and noData need an expression that ends in a comparison with a number. Compare with the expression in rules.yml.")]
    [InlineData("recovery: 3", "recovery: 7", "shop/rules.ops.yml:2: `g/A`: a value that recovers at 7 would fire again at once: the rule's line is > 5. Compare with the expression in rules.yml.")]
    [InlineData("critical: 9", "warning: 9", "shop/rules.ops.yml:2: `g/A`: the level warning stands in rules.yml already. Compare with the expression in rules.yml.")]
    [InlineData("atLeast: 3", "atLeast: 6", "shop/rules.ops.yml:5: 6 of 5 evaluations cannot be counted. Write for example `matches: { atLeast: 3, of: 5 }`, of at most 60.")]
    [InlineData("noData: keep", "noData: ignore", "shop/rules.ops.yml:6: `noData: ignore` is not one of resolve, keep, fire. Write for example `noData: resolve`.")]
    [InlineData("runbooks:", "runbook:", "shop/rules.ops.yml:8: `runbook` is not known here. Known keys: guard, levels, matches, noData, off, recovery, runbooks.")]
    public void Read_Wrong_NamesLineAndRemedy(string good, string bad, string expected) =>
        Assert.Equal([expected], Text(Valid.Replace(good, bad)).Problems(Documents));

    [Theory]
    [InlineData("a > 5", "a", ">", 5)]
    [InlineData("5 > a", "a", "<", 5)]
    [InlineData("(sum(a) / sum(b) <= (-0.5))", "sum(a) / sum(b)", "<=", -0.5)]
    public void ThresholdForm_OfAComparison_IsFound(string expression, string measured, string comparison, double threshold) =>
        Assert.Equal(new ThresholdForm(measured, comparison, threshold), ThresholdForm.Of(expression));

    [Theory]
    [InlineData("a > bool 5")]
    [InlineData("a > b")]
    [InlineData("a > 5 or b > 5")]
    [InlineData("a")]
    [InlineData("sum(")]
    public void ThresholdForm_OfAnythingElse_IsNone(string expression) => Assert.Null(ThresholdForm.Of(expression));

    static OpsDashboard.Catalogue.ICatalogueDocument[] Documents => [new RuleFile(), new RuleOpsFile()];

    static CatalogueText Text(string ops) => new CatalogueText().With("shop/rules.yml", Rules).With("shop/rules.ops.yml", ops);
}
