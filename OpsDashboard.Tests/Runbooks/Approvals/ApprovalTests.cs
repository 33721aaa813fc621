using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

public sealed class SqliteApprovalTests() : ApprovalTests(StorageProvider.Sqlite);

public sealed class PostgresApprovalTests() : ApprovalTests(StorageProvider.Postgres);

/// <summary>A runbook that changes data, in production: another person says yes before the first step.</summary>
public abstract class ApprovalTests(StorageProvider provider) : IAsyncLifetime
{
    static readonly string Risky = RunbookText.Valid.Replace("risk: reversible", "risk: dataChanging");

    RunRoom room = null!;

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(Risky, provider, "production");

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task Run_FromRequestToEnd_WaitsTellsOnceAndNamesTheApprover()
    {
        var run = await AskAsync();
        Assert.Equal((RunStatus.Waiting, true, true), (run.Status, run.IsAsked, run.NeedsAPerson));
        Assert.Equal(room.Clock.GetUtcNow().AddMinutes(15), run.Approval!.Deadline);
        run = await room.DriveAsync(run);
        run = await room.DriveAsync(run);
        Assert.Equal(["in-app"], run.Approval!.Told);
        Assert.Equal(["Notice: RUN-1, Restart the API: Ada asks for your approval until 00:15 UTC: it changes data, production. With unit api. Plan " + run.Plan.ShortHash + "."], (await room.ToldAsync()).Select(Shifted));
        Assert.Empty(room.Kind.Executed);
        Assert.NotEmpty(await room.Store.LocksAsync(default));

        run = await room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default);
        Assert.Equal((RunStatus.Queued, false, "chief"), (run.Status, run.NeedsAPerson, run.Approval!.Answer!.ById));
        run = await room.DriveAsync(run);
        Assert.Equal((RunStatus.Succeeded, "Chief"), (run.Status, run.Approval!.Answer!.ByName));
        Assert.Equal([("ada", "run.approval_asked"), ("chief", "runbook.approved"), ("program", "run.ended")], (await room.AuditedAsync()).Select(entry => (entry.ActorId, entry.Action)));

        string Shifted(string title) => title.Replace($"{run.Approval!.Deadline.UtcDateTime:HH:mm}", "00:15");
    }

    [Fact]
    public async Task Approve_ByWhoStartedIt_IsRefused_WhateverTheRole()
    {
        var run = (await room.Runs.StartAsync(RunRoom.Chief, "shop.restart", await room.ConfirmedAsync(RunRoom.Chief), default)).Run;
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, null, "no", default));
        Assert.True((await room.NowAsync(run)).IsAsked);
        Assert.Throws<RunStateException>(() => run.ApprovalAnswered(new(true, "chief", "Chief", room.Clock.GetUtcNow(), ""), null));
    }

    [Fact]
    public async Task Approve_ByWhoMadeTheTokenThatStartedIt_IsRefused()
    {
        var token = new Actor("token", "Robot", ActorKind.Token, [new(Role.Responder, "shop")]) { OwnerId = "chief" };
        var run = (await room.Runs.StartAsync(token, "shop.restart", await room.ConfirmedAsync(token), default)).Run;
        var refused = await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Equal("Who started it does not approve it.", refused.Message);
    }

    [Fact]
    public async Task Approve_ByATokenOrATooLowRole_IsRefused_AndNoted()
    {
        var (run, noted) = (await AskAsync(), new NotedRefusals());
        foreach (var actor in new[] { RunRoom.Bob, RunRoom.Viewer, new Actor("robot", "Robot", ActorKind.Token, [new(Role.Admin, null)]), Actor.Program })
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.ApproveAsync(actor with { Refusals = noted }, run.Id, run.Plan.Hash, null, default));
            await Assert.ThrowsAsync<AccessDeniedException>(() => room.Approvals.RefuseAsync(actor with { Refusals = noted }, run.Id, null, "no", default));
        }
        await Assert.ThrowsAsync<NotFoundException>(() => room.Approvals.ApproveAsync(RunRoom.Elsewhere, run.Id, run.Plan.Hash, null, default));
        Assert.Equal(8, noted.Actors.Count);
        Assert.True((await room.NowAsync(run)).IsAsked);
    }

    [Fact]
    public async Task Approve_AForgedOrStalePlan_IsRefusedWithWhy()
    {
        var run = await AskAsync();
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, null, null, default));
        Assert.Equal(["What you saw is not what is asked for."], (await Assert.ThrowsAsync<PlanChangedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, new string('0', 64), null, default))).Differences);
        room.Rewrite(Risky.Replace("text: \"${parameters.unit}\"", "text: all of it"));
        Assert.Equal(["The runbook was changed or removed."], (await Assert.ThrowsAsync<PlanChangedException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default))).Differences);
        Assert.True((await room.DriveAsync(run)).IsAsked);
        Assert.Equal("Chief refused it: it was changed. No step has run.", (await room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, null, "it was changed", default)).Reason);
    }

    [Fact]
    public async Task Approve_ManyAtOnce_CountsOnce_TheOthersLearnWhoItWas()
    {
        var run = await AskAsync();
        Actor[] chiefs = [.. Enumerable.Range(0, 6).Select(i => RunRoom.Chief with { Id = $"chief{i}", Name = $"Chief {i}" })];
        var presses = chiefs.Select((chief, i) => i % 2 == 0 ? room.Approvals.ApproveAsync(chief, run.Id, run.Plan.Hash, null, default) : room.Approvals.RefuseAsync(chief, run.Id, null, "no", default)).ToArray();
        await Task.WhenAll(presses.Select(press => press.ContinueWith(_ => { }, TaskScheduler.Default)));
        var won = Assert.Single(presses, press => press.IsCompletedSuccessfully);
        var answer = (await room.NowAsync(run)).Approval!.Answer!;
        Assert.Equal(answer, (await won).Approval!.Answer);
        Assert.All(presses.Where(press => press != won), press => Assert.Equal($"{answer.ByName} has {(answer.IsYes ? "approved" : "refused")} it already.", Assert.IsType<RunStateException>(press.Exception!.InnerException).Message));
        Assert.Equal(2, (await room.AuditedAsync()).Count);
    }

    [Fact]
    public async Task Deadline_WithoutAnAnswer_EndsTheRunWithoutAStep()
    {
        var run = await room.DriveAsync(await AskAsync());
        room.Clock.Advance(TimeSpan.FromMinutes(15));
        await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Contains(run.Id, await room.Store.DueAsync(room.Clock.GetUtcNow(), default));
        run = await room.DriveAsync(run);
        Assert.Equal((RunStatus.Aborted, "Nobody approved it within 15m. No step has run."), (run.Status, run.Reason));
        Assert.All(run.Steps, step => Assert.Equal(StepState.Pending, step.State));
        Assert.Empty(room.Kind.Executed);
        Assert.Empty(await room.Store.LocksAsync(default));
        Assert.Equal(["run.approval_asked", "run.ended"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Restart_WhileItWaits_LosesNothing_AndTellsNobodyTwice()
    {
        var run = await room.DriveAsync(await AskAsync());
        // It was told, and the program ended before that was noted.
        await room.Store.ChangeAsync(run.Id, now => now with { Approval = now.Approval! with { ToldAt = null, Told = [] }, DueAt = now.Approval.AskedAt }, null, null, room.Clock.GetUtcNow(), default);
        await using var other = room.Neighbour(Risky);
        Assert.Contains(run.Id, await other.Store.DueAsync(room.Clock.GetUtcNow(), default));
        run = await other.DriveAsync(run);
        Assert.Equal(["in-app"], run.Approval!.Told);
        Assert.Single(await other.ToldAsync());
        run = await other.DriveAsync(await other.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Equal(RunStatus.Succeeded, run.Status);
    }

    [Fact]
    public async Task Asked_NothingButAYesGoesOn()
    {
        var run = await room.DriveAsync(await AskAsync());
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.SkipAsync(RunRoom.Bob, run.Id, new("first", 1), "I know better", default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.CompensateAsync(RunRoom.Bob, run.Id, default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("first", 1), null, "done", default));
        Assert.Throws<RunStateException>(() => run.Began(0, room.Clock.GetUtcNow()));
        run = await room.Runs.AbortAsync(RunRoom.Ada, run.Id, "not needed", default);
        Assert.Equal((RunStatus.Aborted, "Ada aborted it: not needed."), (run.Status, run.Reason));
        await Assert.ThrowsAsync<RunStateException>(() => room.Approvals.ApproveAsync(RunRoom.Chief, run.Id, run.Plan.Hash, null, default));
        Assert.Empty(await room.Store.LocksAsync(default));
    }

    [Fact]
    public async Task Refuse_EndsIt_AndNeedsAReason()
    {
        var run = await AskAsync();
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, null, " ", default));
        run = await room.Approvals.RefuseAsync(RunRoom.Chief, run.Id, null, "wrong\r\nsystem", default);
        Assert.Equal((RunStatus.Aborted, "Chief refused it: wrong system. No step has run."), (run.Status, run.Reason));
        Assert.Equal(["run.approval_asked", "run.approval_refused"], (await room.AuditedAsync()).Select(entry => entry.Action));
        Assert.Empty(await room.Store.LocksAsync(default));
    }

    async Task<Run> AskAsync() => await room.StartAsync();

    sealed class NotedRefusals : IRefusals
    {
        public List<string> Actors { get; } = [];

        public void Note(Actor actor, string permission, string? systemId) => Actors.Add(actor.Id);
    }
}
