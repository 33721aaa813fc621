using OpsDashboard.Access;
using OpsDashboard.Runbooks;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

public sealed class SqliteStalePressTests() : StalePressTests(StorageProvider.Sqlite);

public sealed class PostgresStalePressTests() : StalePressTests(StorageProvider.Postgres);

/// <summary>Presses on a page that the run has left behind: what nobody saw is neither approved, refused nor skipped.</summary>
public abstract class StalePressTests(StorageProvider provider)
{
    static readonly string Twice = RunbookText.Valid.Replace("steps:\n", "steps:\n  - { name: early, kind: approval, question: Stop it now? }\n").Replace("  - name: second\n", "  - { name: late, kind: approval, question: Drop it now? }\n  - name: second\n");

    [Theory]
    [InlineData("early")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Answer_ToAnEarlierQuestion_DoesNotAnswerALaterOne(string? seen)
    {
        await using var room = await RunRoom.OpenAsync(Twice, provider);
        var run = await room.DriveAsync(await room.StartAsync());
        run = await room.DriveAsync(await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("early", 1), default));
        Assert.Equal("late", run.AskedStep!.Name);
        var refused = await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, StepSeen.Of(seen, 1), default));
        Assert.Equal("What is asked now is “late”: look at it, then answer with the name of its step, late, and its attempt, 1.", refused.Message);
        await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, StepSeen.Of(seen, 1), "no", default));
        Assert.Equal("late", (await room.NowAsync(run)).AskedStep?.Name);
        run = await room.DriveAsync(await room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, new("late", 1), "not that", default));
        Assert.Equal((RunStatus.Failed, StepState.Pending), (run.Status, run.Steps[^1].State));
        Assert.Equal(["runbook.started", "run.step_approved", "run.step_refused", "run.ended"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Answer_ToAQuestionThatIsAskedAnew_NamesWhichOfBothWasSeen()
    {
        await using var room = await RunRoom.OpenAsync(Twice, provider);
        var run = await room.DriveAsync(await room.StartAsync());
        run = await room.DriveAsync(await room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, new("early", 1), "not yet", default));
        run = await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Ada, run.Id, default));
        Assert.Equal(("early", 2), (run.AskedStep!.Name, run.AskedStep.Attempt));
        var refused = await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("early", 1), default));
        Assert.Equal("early was begun anew: it is at attempt 2 now, and not at 1. Look at what it asks, then answer that.", refused.Message);
        await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, new("early", 1), "not yet", default));
        Assert.Equal("early", (await room.NowAsync(run)).AskedStep?.Name);
        run = await room.DriveAsync(await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("early", 2), default));
        Assert.Equal("late", run.AskedStep?.Name);
        Assert.Equal(["runbook.started", "run.step_refused", "run.ended", "run.resumed", "run.step_approved"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task AnswerAndSkip_OfAStepThatIsBegunAnew_NameWhichOfBothWasSeen()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid.Replace("  - name: first\n", "  - { name: tick, kind: manual, instruction: Tick. }\n  - name: first\n"), provider);
        var run = await room.DriveAsync(await room.StartAsync());
        var at = room.Clock.GetUtcNow();
        // As it stands where whoever drove it was gone in between.
        run = (await room.Store.ChangeAsync(run.Id, now => now.Began(0, at).Interrupted("gone.", at).Resumed(at), null, null, at, default))!;
        run = await room.DriveAsync(run);
        Assert.Equal(("tick", 2), (run.Current!.Name, run.Current.Attempt));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("tick", 1), null, "done", default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, new("tick", 1), "done", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, null, null, "done", default));
        Assert.Contains("attempt: is missing", Assert.Throws<InvalidInputException>(() => StepSeen.Of("tick", null)).Message, StringComparison.Ordinal);
        run = await room.DriveAsync(await room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("tick", 2), null, "done", default));
        Assert.Equal(StepState.Done, run.Steps[0].State);
    }

    [Fact]
    public async Task Answer_ToTheRequest_DoesNotAnswerAStep_NorTheOtherWayRound()
    {
        await using var room = await RunRoom.OpenAsync(Twice.Replace("risk: reversible", "risk: dataChanging"), provider, "production");
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.True(run.IsAsked);
        await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, new("early", 1), default));
        Assert.True((await room.NowAsync(run)).IsAsked);
        run = await room.DriveAsync(await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Equal("early", run.AskedStep!.Name);
        await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Equal(["run.approval_asked", "runbook.approved"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Skip_OfAStepThatIsBehindIt_LeavesTheNextOneIn()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid.Replace("steps:\n", "steps:\n  - { name: look, kind: manual, instruction: Look. }\n  - { name: tick, kind: manual, instruction: Tick. }\n"), provider);
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal("look", run.Skippable?.Name);
        Assert.Contains("step: is missing", (await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, null, "done", default))).Message, StringComparison.Ordinal);
        run = await room.DriveAsync(await room.Runs.SkipAsync(RunRoom.Ada, run.Id, new("look", 1), "done", default));
        Assert.Equal("tick", run.Skippable?.Name);
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, new("look", 1), "done", default));
        Assert.Equal(StepState.Waiting, (await room.NowAsync(run)).Steps[1].State);
    }
}
