using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Alerts;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class PlanTests
{
    static readonly Planner Planner = new(new([new ScriptedKind()]), new FakeCatalogue());

    [Fact]
    public void Make_TheSame_IsTheSameHash_AnyDifferenceAnother()
    {
        var runbook = RunbookText.Runbook(RunbookText.Valid);
        var plan = Planner.Make(runbook, Values(), null);
        Assert.Equal(plan.Hash, Planner.Make(runbook, Values(("unit", "api")), null).Hash);
        Assert.Equal(64, plan.Hash.Length);
        Assert.NotEqual(plan.Hash, Planner.Make(runbook, Values(("unit", "web")), null).Hash);
        Assert.NotEqual(plan.Hash, Planner.Make(runbook, Values(), AnAlert.Of("A")).Hash);
        Assert.NotEqual(plan.Hash, Planner.Make(runbook with { Locks = ["other"] }, Values(), null).Hash);
        Assert.NotEqual(plan.Hash, Planner.Make(RunbookText.Runbook(RunbookText.Valid + "\n"), Values(), null).Hash);
    }

    [Fact]
    public void Make_ShowsTheExactCommand_AndLeavesOutputsToCome()
    {
        var plan = Planner.Make(RunbookText.Runbook(RunbookText.Valid), Values(("unit", "web")), null);
        Assert.Equal(["web"], plan.Steps[0].Plan.Command);
        Assert.Equal(["${steps.first.said}"], plan.Steps[1].Plan.Command);
        Assert.Equal(["shop/api"], plan.Locks);
        Assert.Equal(RiskClass.Reversible, plan.Risk);
    }

    [Fact]
    public void Risk_CountsWhatAnUndoDoes()
    {
        var yaml = RunbookText.Valid.Replace("  - name: second\n", "  - name: second\n    undo: { kind: scripted, text: take it back, risk: dataChanging }\n");
        var plan = Planner.Make(RunbookText.Runbook(yaml), Values(), null);
        Assert.Equal((RiskClass.Reversible, RiskClass.DataChanging), (plan.Steps.Max(step => step.Plan.Risk), plan.Risk));
        Assert.NotNull(ApprovalRule.Of(RunbookText.Runbook(yaml), plan with { Environment = "production" }));
    }

    [Fact]
    public void Make_RefusesEveryBadValueAtOnce()
    {
        var wrong = Assert.Throws<InvalidInputException>(() => Planner.Make(RunbookText.Runbook(RunbookText.Valid), Values(("unit", "db; rm -rf /"), ("force", "yes")), null));
        Assert.Equal(["force is no parameter of this runbook.", "unit is one of api, web."], wrong.Problems.Select(problem => $"{problem.Field} {problem.Message}"));
    }

    [Fact]
    public void Proposed_TakesTheAlertsLabel_WhereItIsAllowed()
    {
        var runbook = RunbookText.Runbook(RunbookText.Valid.Replace("default: api, allowed: [api, web]", "default: api, fromLabel: instance"));
        Assert.Equal("10.0.0.4:9100", Planner.Proposed(runbook, AnAlert.Of("A", labels: ("instance", "10.0.0.4:9100")))["unit"]);
        Assert.Equal("api", Planner.Proposed(runbook, AnAlert.Of("A", labels: ("instance", "--evil")))["unit"]);
        Assert.Equal("api", Planner.Proposed(runbook, null)["unit"]);
    }

    static Dictionary<string, string> Values(params (string Name, string Value)[] values) => values.ToDictionary(value => value.Name, value => value.Value);
}
