using OpsDashboard.Runbooks;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

/// <summary>An approval within a runbook that another one starts is not gone around from there.</summary>
public sealed class NestedSkipTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\n";

    static string Nested(string outer) => $"{Head}component: api\nsteps:\n{outer}  - {{ name: after, kind: scripted, text: after }}\n"
        + $"=== middle\n{Head}steps: [{{ name: deeper, kind: runbook, runbook: ask, timeout: 1h }}]\n"
        + $"=== ask\n{Head}steps: [{{ name: really, kind: approval, question: Really? }}]\n";

    [Fact]
    public async Task Skip_OfAStepWithinWhichAnApprovalWasRefused_IsRefused()
    {
        await using var room = await RunRoom.OpenAsync(Nested("  - { name: ask, kind: runbook, runbook: ask, timeout: 1h }\n"));
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[0].Handle is not null);
        var inner = await room.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[0].Handle!), default))!);
        Assert.Equal("really", inner.AskedStep?.Name);
        inner = await room.DriveAsync(await room.Approvals.RefuseAsync(RunRoom.Chief, inner.Id, new("really", 1), "no", default));
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal((RunStatus.Failed, RunStatus.Failed, "ask"), (run.Status, inner.Status, run.Skippable?.Name));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, new("ask", 1), "I know better", default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Bob, inner.Id, new("really", 1), "I know better", default));
        Assert.Equal(RunStatus.Failed, (await room.NowAsync(run)).Status);
        Assert.Empty(room.Kind.Executed);
    }

    [Fact]
    public async Task Plan_KnowsOfAnApproval_AtAnyDepth()
    {
        await using var room = await RunRoom.OpenAsync(Nested("  - { name: ask, kind: runbook, runbook: middle, timeout: 1h }\n"));
        var plan = (await room.Previews.MakeAsync(RunRoom.Ada, "shop.restart", new Dictionary<string, string>(), null, default)).Plan;
        Assert.Equal([true, false], plan.Steps.Select(step => step.AsksForApproval()));
    }

    [Theory]
    [InlineData("  - { name: ask, kind: runbook, runbook: ask, timeout: 1h, onFailure: continue }\n", "ask")]
    [InlineData("  - { name: ask, kind: runbook, runbook: middle, timeout: 1h, onFailure: continue }\n", "middle")]
    [InlineData("  - { name: both, kind: parallel, onFailure: continue, steps: [{ name: ask, kind: runbook, runbook: ask, timeout: 1h }, { name: x, kind: scripted, text: x }] }\n", "ask")]
    [InlineData("  - { name: both, kind: parallel, steps: [{ name: ask, kind: runbook, runbook: ask, timeout: 1h, onFailure: continue }, { name: x, kind: scripted, text: x }] }\n", "ask")]
    public void File_ThatGoesOnWithoutTheInnerYes_IsRefused(string outer, string named) =>
        Assert.Contains($"`ask`: `{named}` asks for an approval: what was not approved does not go on.", Assert.Single(RunbookText.Problems(Nested(outer))), StringComparison.Ordinal);

    [Fact]
    public void File_ThatStopsWithoutTheInnerYes_IsRead() =>
        Assert.Empty(RunbookText.Problems(Nested("  - { name: ask, kind: runbook, runbook: ask, timeout: 1h, onFailure: compensate }\n")));
}
