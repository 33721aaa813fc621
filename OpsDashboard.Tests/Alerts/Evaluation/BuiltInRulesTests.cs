using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Evaluation;

public sealed class BuiltInRulesTests
{
    [Theory]
    [InlineData(BuiltInRules.ComponentDown, "database", "The Ledger does not answer: none of its targets could be read")]
    [InlineData(BuiltInRules.ComponentDown, "cache", "cache does not answer: none of its targets could be read")]
    [InlineData(BuiltInRules.SourceDown, "database", "pg of The Ledger cannot be read; other targets of it can")]
    public async Task Summary_NamesTheComponentAsPeopleDo(string rule, string component, string summary)
    {
        var setting = new TemplateSetting(new Dictionary<string, string>(), "", (system, id) => (system, id) == ("shop", "database") ? "The Ledger" : null);
        var texts = new AlertTexts(BuiltInRules.Sources("shop").Rules.OfType<AlertRule>().Single(one => one.Name == rule), "shop", setting);
        var series = new QuerySeries(Labels.Of("up", ("system", "shop"), ("component", component), ("job", "pg")), [new Sample(0, 0)]);
        var filled = await texts.FillAsync(series, null, _ => throw new NotSupportedException());
        Assert.Equal(summary, filled.Annotations["summary"]);
    }
}
