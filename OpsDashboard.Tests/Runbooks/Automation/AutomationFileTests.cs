using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Alerts;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Automation;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Automation;

public sealed class AutomationFileTests
{
    const string Rules = "groups:\n  - name: g\n    rules:\n      - { alert: Slow, expr: up > 1, annotations: { summary: s } }\n";

    static CatalogueReading Read(string yaml, string? risk = null)
    {
        var syntax = new PromQlSyntax();
        var files = new CatalogueText().With("shop/runbooks/restart.yml", RunbookText.Valid.Replace("risk: reversible", $"risk: {risk ?? "reversible"}")).With("shop/rules.yml", Rules).With("shop/automation.yml", yaml).Files;
        return new CatalogueReader(FakeKind.All, [new RuleFile(), new AutomationFile()], syntax, folders: [new RunbookFolder(new([new ScriptedKind()], syntax))]).Read(files, "test", new Dictionary<string, string>());
    }

    [Fact]
    public void Policy_IsReadWithItsDefaults()
    {
        var reading = Read("policies:\n  - { alert: Slow, runbooks: [restart] }\n  - { alert: ComponentDown, component: api, runbooks: [restart], attempts: 2, coolDown: 2m, hours: \"22:00-06:00\" }\n");
        Assert.Empty(reading.Problems);
        var policies = reading.Systems.First(system => system.Id == "shop").Document<AutomationDocument>()!.Policies;
        Assert.Equal(
            [("shop/Slow", 1, TimeSpan.FromMinutes(10), ""), ("shop/ComponentDown/api", 2, TimeSpan.FromMinutes(2), "22:00-06:00 UTC")],
            policies.Select(policy => (policy.Id, policy.Attempts, policy.CoolDown, $"{policy.Hours}")));
    }

    [Theory]
    [InlineData("{ alert: Quick, runbooks: [restart] }", "There is no alert `Quick`.")]
    [InlineData("{ alert: Slow, runbooks: [dance] }", "`Slow`: there is no runbook `dance`.")]
    [InlineData("{ alert: Slow }", "`runbooks` is missing.")]
    [InlineData("{ alert: Slow, runbooks: [restart], component: moon }", "There is no component `moon`.")]
    [InlineData("{ alert: Slow, runbooks: [restart], attempts: 9 }", "9 attempts are none.")]
    [InlineData("{ alert: Slow, runbooks: [restart], coolDown: 1s }", "Too short to see whether it helped.")]
    [InlineData("{ alert: Slow, runbooks: [restart], hours: tonight }", "`tonight` is no part of a day.")]
    [InlineData("{ alert: Slow, runbooks: [restart], pray: true }", "`pray`")]
    public void Policy_WithAProblem_IsNamed(string policy, string expected) =>
        Assert.Contains(Read($"policies:\n  - {policy}\n").Problems, problem => problem.Message.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("dataChanging")]
    [InlineData("irreversible")]
    public void Runbook_ThatCannotBeUndone_IsRefused(string risk) =>
        Assert.Contains(Read("policies:\n  - { alert: Slow, runbooks: [restart] }\n", risk).Problems, problem => problem.Remedy.StartsWith("Only what can be undone", StringComparison.Ordinal));

    [Fact]
    public void TwoPolicies_ForOneAlert_AreRefused() =>
        Assert.Contains(Read("policies:\n  - { alert: Slow, runbooks: [restart] }\n  - { alert: Slow, runbooks: [restart] }\n").Problems, problem => problem.Message == "There are two policies for `Slow`.");
}
