using OpsDashboard.Access;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

/// <summary>An approved run that failed: the yes holds for what was approved, and for nothing else.</summary>
public sealed class ResumedApprovalTests : IAsyncLifetime
{
    static readonly string Risky = RunbookText.Valid.Replace("risk: reversible", "risk: dataChanging"), Changed = Risky.Replace("text: \"${parameters.unit}\"", "text: all of it");

    static readonly string Undone = Risky.Replace("text: \"${parameters.unit}\"", "text: \"${parameters.unit}\"\n    undo: { kind: scripted, text: \"back to ${parameters.unit}\" }");
    static readonly string Outer = """
        title: Outer
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        approval: 10m
        steps:
          - { name: within, kind: runbook, runbook: inner, timeout: 1h }
        === inner

        """ + RunbookText.Valid.Replace("text: \"${parameters.unit}\"", "text: \"${parameters.unit}\"\n    undo: { kind: scripted, text: \"back to ${parameters.unit}\" }");

    RunRoom room = null!;

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(Risky, environment: "production");

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task Resume_ExactlyWhatWasApproved_NeedsNoOtherYes()
    {
        var run = await FailAsync();
        room.Kind.On("api", ScriptedKind.Done("api"));
        run = await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        Assert.Equal((RunStatus.Succeeded, "Chief"), (run.Status, run.Approval!.Answer!.ByName));
        Assert.Equal(["run.approval_asked", "runbook.approved", "run.ended", "run.resumed", "run.ended"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Resume_WhatChangedSince_IsRefused_AndAStartAnewAsksAgain()
    {
        var run = await FailAsync();
        room.Rewrite(Changed);
        Assert.Equal(["The runbook was changed or removed."], (await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default))).Differences);
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, new("first", 1), "I did it", default));
        Assert.Equal(RunStatus.Failed, (await room.NowAsync(run)).Status);
        Assert.Equal(["api"], room.Kind.Executed);
        Assert.True((await room.StartAsync(RunRoom.Ada, key: "k2")).IsAsked);
    }

    [Fact]
    public async Task Resume_WhatRunsElsewhereNow_IsRefused_UntilItIsAsItWas()
    {
        var run = await FailAsync();
        room.Kind.Target = "elsewhere";
        Assert.Equal(["first is now api on elsewhere; it was api on nowhere.", "second is now ${steps.first.said} on elsewhere; it was ${steps.first.said} on nowhere."],
            (await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default))).Differences);
        room.Kind.Target = "nowhere";
        Assert.Equal(RunStatus.Running, (await room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default)).Status);
    }

    [Fact]
    public async Task Resume_AfterAGlassWasBroken_HoldsForThatPlanAlone()
    {
        room.Kind.On("api", new StepOutcome.Failed("Nobody answers.", false, StepEffect.None));
        var chief = RunRoom.Chief with { SignedInAt = room.Clock.GetUtcNow() };
        var run = (await room.Runs.StartAsync(chief, "shop.restart", await room.ConfirmedAsync(chief) with { BreakGlass = new("Nobody answers", "restart", null) }, default)).Run;
        run = await room.DriveAsync(run);
        Assert.Equal(RunStatus.Failed, run.Status);
        room.Rewrite(Changed);
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.ResumeAsync(chief, run.Id, default));
    }

    [Fact]
    public async Task Resume_WhatNeededNoYes_GoesOnInTheVersionThatWasConfirmed()
    {
        room.Rewrite(RunbookText.Valid);
        room.Kind.On("api", new StepOutcome.Failed("Nobody answers.", false, StepEffect.None));
        var run = await room.DriveAsync(await room.StartAsync());
        room.Kind.On("api", ScriptedKind.Done("api"));
        room.Rewrite(Changed);
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default))).Status);
        Assert.Equal(["api", "api", "api"], room.Kind.Executed);
    }

    [Fact]
    public async Task Compensate_UndoesWhatWasApproved_AndNothingElse()
    {
        room.Rewrite(Undone);
        room.Kind.On("api", ScriptedKind.Done("said")).On("said", new StepOutcome.Failed("No.", false, StepEffect.None));
        var run = await room.StartAsync();
        run = await room.DriveAsync(await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Equal((RunStatus.Failed, StepState.Done), (run.Status, run.Steps[0].State));
        room.Kind.Target = "elsewhere";
        Assert.Equal(["To undo first is now back to api on elsewhere; it was back to api on nowhere."],
            (await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.CompensateAsync(RunRoom.Bob, run.Id, default))).Differences);
        room.Kind.Target = "nowhere";
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.CompensateAsync(RunRoom.Viewer, run.Id, default));
        // What the catalogue says meanwhile is not what ran, and not what was approved.
        room.Rewrite(Undone.Replace("back to", "away from"));
        run = await room.DriveAsync(await room.Runs.CompensateAsync(RunRoom.Bob, run.Id, default));
        Assert.Equal((RunStatus.Failed, StepState.Done), (run.Status, run.Steps[0].Undo!.State));
        Assert.Equal(["api", "said", "back to api"], room.Kind.Executed);
        Assert.Equal(["run.compensated", "run.ended"], (await room.AuditedAsync()).TakeLast(2).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Inner_OfAnApprovedOuter_StandsUnderTheSameYes()
    {
        room.Rewrite(Outer);
        room.Kind.On("api", new StepOutcome.Failed("Nobody answers.", false, StepEffect.None));
        var run = await room.StartAsync();
        await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default);
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[0].Handle is not null);
        var inner = await room.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[0].Handle!), default))!);
        await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal((RunStatus.Failed, null), (inner.Status, inner.Approval));
        room.Kind.Target = "elsewhere";
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.ResumeAsync(RunRoom.Bob, inner.Id, default));
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.SkipAsync(RunRoom.Bob, inner.Id, new("first", 1), "I did it", default));
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.CompensateAsync(RunRoom.Bob, inner.Id, default));
        room.Kind.Target = "nowhere";
        Assert.Equal(RunStatus.Running, (await room.Runs.ResumeAsync(RunRoom.Bob, inner.Id, default)).Status);
    }

    async Task<Run> FailAsync()
    {
        room.Kind.On("api", new StepOutcome.Failed("Nobody answers.", false, StepEffect.None));
        var run = await room.StartAsync();
        run = await room.DriveAsync(await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Equal((RunStatus.Failed, "first failed: Nobody answers."), (run.Status, run.Reason));
        return run;
    }
}
