using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class SqliteRunsTests() : RunsTests(StorageProvider.Sqlite);

public sealed class PostgresRunsTests() : RunsTests(StorageProvider.Postgres);

public abstract class RunsTests(StorageProvider provider) : IAsyncLifetime
{
    RunRoom room = null!;

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(RunbookText.Valid, provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task Run_FromPressToEnd_IsStoredPrintedAndAudited()
    {
        var run = await room.DriveAsync(await room.StartAsync());

        Assert.Equal((RunStatus.Succeeded, "RUN-1", RunEffect.None), (run.Status, run.Name, run.Effect));
        Assert.Equal(["api", "api"], room.Kind.Executed);
        Assert.Equal(["did api", "did api"], (await room.Runs.OutputAsync(RunRoom.Viewer, run.Id, 1, 10, default)).Select(line => line.Text));
        var entries = await room.AuditedAsync();
        Assert.Equal([("ada", "runbook.started"), ("program", "run.ended")], entries.Select(entry => (entry.ActorId, entry.Action)));
        Assert.All(entries, entry => Assert.Equal("system/shop/RUN-1", entry.Subject));
        Assert.Empty(await room.Store.LocksAsync(default));
    }

    [Fact]
    public async Task Start_TheSameKeyTwice_IsOneRun()
    {
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request, default)));
        Assert.Single(starts.Select(start => start.Run.Id).Distinct());
        Assert.Equal(1, starts.Count(start => !start.WasThere));
        Assert.Single(await room.AuditedAsync());
    }

    [Fact]
    public async Task Start_ManyAtOnce_AreAllStarted_EachWithANumberOfItsOwn()
    {
        room.Rewrite("locks: []\n" + RunbookText.Valid);
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        var starts = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request with { Key = $"k{i}" }, default)));
        Assert.Equal(Enumerable.Range(1, 80), starts.Select(start => (int)start.Run.Number).Order());
    }

    [Fact]
    public async Task Start_TwoPeopleAtOnce_IsOneRun_TheOtherLearnsWhoseItIs()
    {
        var mine = await room.ConfirmedAsync(RunRoom.Ada);
        var theirs = await room.ConfirmedAsync(RunRoom.Bob);
        var presses = new[] { room.Runs.StartAsync(RunRoom.Ada, "shop.restart", mine, default), room.Runs.StartAsync(RunRoom.Bob, "shop.restart", theirs, default) };
        var refused = await Assert.ThrowsAsync<LockHeldException>(() => Task.WhenAll(presses));
        Assert.Equal("RUN-1 works on shop/api already; it holds it until it ends.", refused.Message);
        Assert.Single(await room.Runs.ListAsync(RunRoom.Viewer, new(), null, 10, default));
    }

    [Fact]
    public async Task Start_WhatWasNotConfirmed_IsRefused()
    {
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        room.Rewrite(RunbookText.Valid.Replace("text: \"${parameters.unit}\"", "text: all of it"));
        var changed = await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request, default));
        Assert.Equal(["The runbook was changed.", "first is now all of it on nowhere; it was api on nowhere."], changed.Differences);
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request with { Plan = null }, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request with { Key = null }, default));
        Assert.Empty(await room.Runs.ListAsync(RunRoom.Viewer, new(), null, 10, default));
    }

    [Fact]
    public async Task Start_MoreThanFiveMinutesAfterThePreview_IsRefused()
    {
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        room.Clock.Advance(RunRequest.ConfirmationHolds + TimeSpan.FromSeconds(1));
        var old = await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request, default));
        Assert.Equal(["The preview is older than five minutes."], old.Differences);
        Assert.Equal("old", old.Code);
        // What comes with the refusal is a preview of now.
        var now = request with { Plan = new(old.Now.Hash, old.Seal) };
        Assert.False((await room.Runs.StartAsync(RunRoom.Ada, "shop.restart", now, default)).WasThere);
    }

    [Fact]
    public async Task Start_WithASealThatDoesNotSayThatTheActorSawThisPlan_IsRefused()
    {
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        var others = await room.ConfirmedAsync(RunRoom.Bob);
        var another = await room.ConfirmedAsync(RunRoom.Ada, parameters: new() { ["unit"] = "web" });
        foreach (var seal in new[] { null, "", "now", $"{room.Clock.GetUtcNow().ToUnixTimeMilliseconds()} {request.Plan!.Hash} ada", request.Plan.Seal![..^4] + "AAAA", others.Plan!.Seal, another.Plan!.Seal })
        {
            var refused = await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request with { Plan = request.Plan with { Seal = seal } }, default));
            Assert.Equal("seal", Assert.Single(refused.Problems).Field);
        }
        Assert.Empty(await room.Runs.ListAsync(RunRoom.Viewer, new(), null, 10, default));
    }

    [Fact]
    public async Task EveryMethod_ForWhoMayNot_IsRefused()
    {
        var request = await room.ConfirmedAsync(RunRoom.Viewer);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.StartAsync(RunRoom.Viewer, "shop.restart", request, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Runs.StartAsync(RunRoom.Elsewhere, "shop.restart", request, default));
        var run = await room.StartAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.AbortAsync(RunRoom.Viewer, run.Id, null, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Runs.AbortAsync(RunRoom.Elsewhere, run.Id, null, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Runs.OutputAsync(RunRoom.Elsewhere, run.Id, 1, 1, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.ResumeAsync(RunRoom.Viewer, run.Id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.SkipAsync(RunRoom.Viewer, run.Id, new("first", 1), "because", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.AnswerAsync(RunRoom.Viewer, run.Id, new("first", 1), null, null, default));
        Assert.Empty(await room.Runs.ListAsync(RunRoom.Elsewhere, new(), null, 10, default));

        room.Rewrite(RunbookText.Valid.Replace("risk: reversible", "risk: reversible\nmayRun: commander"));
        var refused = await Assert.ThrowsAsync<AccessDeniedException>(() => room.StartAsync(RunRoom.Ada, key: "k2"));
        Assert.Equal("“Restart the API” takes the role commander for shop.", refused.Message);
    }

    [Fact]
    public async Task Start_ARiskyOne_WantsItsNameTyped()
    {
        room.Rewrite(RunbookText.Valid.Replace("risk: reversible", "risk: irreversible"));
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        var wrong = await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request with { TypedName = "SHOP" }, default));
        Assert.Equal("typedName: is the name to be typed: SHOP/API.", wrong.Message);
        Assert.False((await room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request with { TypedName = " shop/api " }, default)).WasThere);
    }

    [Fact]
    public async Task Failure_LetsTheLocksGo_ResumingTakesThemAgain()
    {
        room.Kind.On("api", new StepOutcome.Failed("Nobody answers.", false, StepEffect.None));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Failed, "first failed: Nobody answers."), (run.Status, run.Reason));
        var other = await room.StartAsync(RunRoom.Bob, key: "k2");
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.ResumeAsync(RunRoom.Ada, run.Id, default));
        await room.Runs.AbortAsync(RunRoom.Bob, other.Id, null, default);

        room.Kind.On("api", ScriptedKind.Done("api"));
        run = await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Ada, run.Id, default));
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Contains("run.resumed", (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Abort_StopsWhatRuns_WhoeverDrivesIt()
    {
        var started = new TaskCompletionSource();
        room.Kind.On("api", async (_, stop) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return ScriptedKind.Done("never");
        });
        var run = await room.StartAsync();
        var driving = room.DriveThroughAsync(run, TimeSpan.FromMilliseconds(50));
        await started.Task.WaitAsync(Testing.Patience.Limit);
        await room.Runs.AbortAsync(RunRoom.Bob, run.Id, "wrong host", default);
        run = await driving;
        Assert.Equal((RunStatus.Aborted, "Bob aborted it: wrong host."), (run.Status, run.Reason));
        Assert.Equal(StepState.Failed, run.Steps[0].State);
        Assert.Empty(await room.Store.LocksAsync(default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Runs.AbortAsync(RunRoom.Ada, run.Id, null, default));
    }

    [Fact]
    public async Task Timeout_StopsTheStep_AndDoesNotCallItUndone()
    {
        room.Kind.On("api", async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return ScriptedKind.Done("never");
        });
        var run = await room.DriveThroughAsync(await room.StartAsync(), TimeSpan.FromMilliseconds(500));
        Assert.Equal((RunStatus.Failed, "first failed: It took longer than 1m.", StepEffect.Unknown), (run.Status, run.Reason, run.Steps[0].Effect));
    }
}
