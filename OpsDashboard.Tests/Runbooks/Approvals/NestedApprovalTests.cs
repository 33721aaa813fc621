using OpsDashboard.Access;
using OpsDashboard.Runbooks;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

/// <summary>A runbook that asks for an approval by itself, within another.</summary>
public sealed class NestedApprovalTests
{
    const string Outer = """
        title: Restart
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        component: api
        steps:
          - { name: first, kind: scripted, text: first }
          - { name: drop, kind: runbook, runbook: drop, timeout: 1h }
        === drop
        title: Drop
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        approval: 30m
        steps:
          - { name: inner, kind: scripted, text: drop it }
        """;

    [Fact]
    public async Task Inner_WhereTheOuterHasNoYes_AsksForItsOwn_AndTheStarterOfTheOuterDoesNotGiveIt()
    {
        await using var room = await RunRoom.OpenAsync(Outer);
        var run = await room.StartAsync(RunRoom.Chief);
        Assert.False(run.IsAsked);
        (run, var driving) = await room.DriveUntilAsync(run, HasInner);
        var inner = await room.DriveAsync(await InnerAsync(room, run));
        Assert.Equal((true, true, room.Clock.GetUtcNow().AddMinutes(30)), (inner.IsAsked, inner.NeedsAPerson, inner.AskedUntil));
        Assert.StartsWith("Notice: RUN-2, Drop: Chief, by RUN-1 asks for your approval until", Assert.Single(await room.ToldAsync()), StringComparison.Ordinal);
        Assert.Equal(["first"], room.Kind.Executed);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, inner.Id, inner.Plan.Hash, null, default));

        var second = RunRoom.Chief with { Id = "second", Name = "Second" };
        inner = await room.DriveAsync(await room.Approvals.ApproveAsync(second, inner.Id, inner.Plan.Hash, null, default));
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal((RunStatus.Succeeded, RunStatus.Succeeded), (run.Status, inner.Status));
        Assert.Equal(["first", "drop it"], room.Kind.Executed);
    }

    [Fact]
    public async Task Inner_Refused_FailsTheOuter_WithoutAStepOfIt()
    {
        await using var room = await RunRoom.OpenAsync(Outer);
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, HasInner);
        await room.Approvals.RefuseAsync(RunRoom.Chief, (await InnerAsync(room, run)).Id, null, "not today", default);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal("drop failed: RUN-2 aborted: Chief refused it: not today. No step has run.", run.Reason);
        Assert.Equal(["first"], room.Kind.Executed);
    }

    [Fact]
    public async Task Inner_ThatChangedSince_IsNotApproved()
    {
        await using var room = await RunRoom.OpenAsync(Outer);
        var run = await room.StartAsync();
        using var crash = new CancellationTokenSource();
        (run, var driving) = await room.DriveUntilAsync(run, HasInner, crash.Token);
        var inner = await InnerAsync(room, run);
        room.Rewrite(Outer.Replace("text: drop it", "text: drop all"));
        Assert.Equal(["The runbook was changed or removed."], (await Assert.ThrowsAsync<PlanChangedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, inner.Id, inner.Plan.Hash, null, default))).Differences);
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving);
    }

    [Fact]
    public async Task Inner_OfAnApprovedOuter_AsksNobodyAgain()
    {
        await using var room = await RunRoom.OpenAsync("approval: 10m\n" + Outer);
        var run = await room.StartAsync();
        Assert.True(run.IsAsked);
        run = await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default);
        (run, var driving) = await room.DriveUntilAsync(run, HasInner);
        var inner = await InnerAsync(room, run);
        Assert.Null(inner.Approval);
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(inner)).Status);
        Assert.Equal(RunStatus.Succeeded, (await room.UntilAsync(run, now => now.IsOver)).Status);
        await driving;
    }

    static bool HasInner(Run run) => run.Steps[1].Handle is not null;

    static async Task<Run> InnerAsync(RunRoom room, Run run) => (await room.Store.FindAsync(Guid.Parse(run.Steps[1].Handle!), default))!;
}
