using OpsDashboard.Access;
using OpsDashboard.Runbooks;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

/// <summary>A step in the middle that waits for another person's yes.</summary>
public sealed class ApprovalStepTests
{
    static readonly string Middle = RunbookText.Valid.Replace("  - name: second\n", "  - { name: really, kind: approval, question: \"Drop it, ${parameters.unit}?\", within: 10m }\n  - name: second\n");

    [Fact]
    public async Task Step_WaitsForAnother_ThenGoesOn()
    {
        await using var room = await RunRoom.OpenAsync(Middle);
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Waiting, "really", true, room.Clock.GetUtcNow().AddMinutes(10)), (run.Status, run.AskedStep!.Name, run.NeedsAPerson, run.AskedUntil));
        Assert.StartsWith("Notice: RUN-1, Restart the API: asks for your approval until", Assert.Single(await room.ToldAsync()), StringComparison.Ordinal);
        Assert.Equal(["api"], room.Kind.Executed);
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("really", 1), "yes", "I may", default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, new("really", 1), "I may", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.ApproveAsync(RunRoom.Bob, run.Id, run.Plan.Hash, new("really", 1), default));
        run = await room.DriveAsync(await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("really", 1), default));
        Assert.Equal((RunStatus.Succeeded, "Chief approved it."), (run.Status, run.Steps[1].Observation));
        Assert.Equal(["runbook.started", "run.step_approved", "run.ended"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Step_ByWhoStartedIt_IsRefused()
    {
        await using var room = await RunRoom.OpenAsync(Middle);
        var run = await room.DriveAsync(await room.StartAsync(RunRoom.Chief));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("really", 1), default));
    }

    [Fact]
    public async Task Step_RefusedOrTooLate_FailsWithoutWhatFollows_AndIsNeitherSkippedNorRemembered()
    {
        await using var room = await RunRoom.OpenAsync(Middle);
        var run = await room.DriveAsync(await room.StartAsync());
        run = await room.DriveAsync(await room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, new("really", 1), "not now", default));
        Assert.Equal((RunStatus.Failed, "really failed: Chief refused it: not now"), (run.Status, run.Reason));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Ada, run.Id, new("really", 1), "I may", default));
        run = await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Ada, run.Id, default));
        Assert.Equal("really", run.AskedStep?.Name);
        room.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("really waits for no approval any more.", (await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("really", 2), default))).Message);
        run = await room.DriveAsync(run);
        Assert.Equal("really failed: Nobody approved it within 10m.", run.Reason);
        Assert.Equal(["api"], room.Kind.Executed);
    }

    [Fact]
    public void File_AnApprovalThatGoesOnWithoutAYes_IsRefused() =>
        Assert.Contains("What was not approved does not go on.", Assert.Single(RunbookText.Problems(Middle.Replace("within: 10m", "within: 10m, onFailure: continue"))), StringComparison.Ordinal);
}
