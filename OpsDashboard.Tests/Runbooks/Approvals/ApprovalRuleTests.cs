using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Steps;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

public sealed class ApprovalRuleTests
{
    [Theory]
    [InlineData("production", RiskClass.Read, null)]
    [InlineData("production", RiskClass.Reversible, null)]
    [InlineData("production", RiskClass.DataChanging, 15)]
    [InlineData("production", RiskClass.Irreversible, 15)]
    [InlineData("live-eu", RiskClass.DataChanging, 15)]
    [InlineData("simulator", RiskClass.Irreversible, null)]
    [InlineData("staging-2", RiskClass.Irreversible, null)]
    public void Risk_AsksInProduction_AndWhateverIsNotKnownAsARehearsal(string environment, RiskClass risk, int? minutes) =>
        Assert.Equal(minutes, ApprovalRule.Of(RunbookText.Runbook(RunbookText.Valid), Plan(environment, risk))?.TotalMinutes);

    [Fact]
    public void Runbook_ThatAsksForIt_IsAskedEverywhere() =>
        Assert.Equal(TimeSpan.FromMinutes(30), ApprovalRule.Of(RunbookText.Runbook("approval: 30m\n" + RunbookText.Valid), Plan("simulator", RiskClass.Read)));

    [Theory]
    [InlineData("5s")]
    [InlineData("25h")]
    [InlineData("soon")]
    public void Runbook_ATimeThatFitsNobody_IsRefused(string within) => Assert.NotEmpty(RunbookText.Problems($"approval: {within}\n" + RunbookText.Valid));

    static Plan Plan(string environment, RiskClass risk) => new()
    {
        RunbookId = "shop.restart",
        RunbookVersion = "v1",
        Environment = environment,
        Parameters = new Dictionary<string, string>(),
        Steps = [new("one", "one", "scripted", new StepPlan(["x"], "", risk), null, null)],
        Locks = [],
    };
}
