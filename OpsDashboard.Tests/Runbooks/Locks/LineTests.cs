using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Locks;

public sealed class SqliteLineTests() : LineTests(StorageProvider.Sqlite);

public sealed class PostgresLineTests() : LineTests(StorageProvider.Postgres);

/// <summary>Runs that want what another works on.</summary>
public abstract class LineTests(StorageProvider provider) : IAsyncLifetime
{
    static readonly string Open = RunbookText.Valid.Replace("{ default: api, allowed: [api, web] }", "{ default: api }");

    RunRoom room = null!;

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(Open, provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task Line_FirstComeFirst_AsksOnceMoreAtTheTurn_ThenRuns()
    {
        var (first, second, third) = (await StartAsync(RunRoom.Ada, "a"), await StartAsync(RunRoom.Bob, "b"), await StartAsync(RunRoom.Chief, "c"));
        Assert.Equal([false, true, true], new[] { first, second, third }.Select(run => run.IsInLine));
        var standing = await room.Locks.StandingAsync(RunRoom.Viewer, ["shop/api"], default);
        Assert.Equal([("shop/api", first.Id)], standing.Holders.Select(holder => (holder.Lock.Resource, holder.Run!.Id)));
        Assert.Equal([1, 2, 0], new[] { second, third, first }.Select(standing.PlaceOf));
        Assert.DoesNotContain(second.Id, await room.Store.DueAsync(room.Clock.GetUtcNow(), default));
        await room.Line.AdvanceAsync(default);
        Assert.True((await room.NowAsync(second)).IsInLine);
        await Assert.ThrowsAsync<RunStateException>(() => room.Locks.ConfirmAsync(RunRoom.Bob, second.Id, second.Plan.Hash, default));

        await room.DriveAsync(first);
        await room.Line.AdvanceAsync(default);
        second = await room.NowAsync(second);
        Assert.Equal((true, true, RunStatus.Waiting), (second.IsAtTurn, second.NeedsAPerson, second.Status));
        Assert.True((await room.NowAsync(third)).IsInLine);
        Assert.DoesNotContain((await room.DriveAsync(second)).Steps, step => step.StartedAt is not null);
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Locks.ConfirmAsync(RunRoom.Bob, second.Id, new string('0', 64), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Locks.ConfirmAsync(RunRoom.Viewer, second.Id, second.Plan.Hash, default));
        second = await room.DriveAsync(await room.Locks.ConfirmAsync(RunRoom.Bob, second.Id, second.Plan.Hash, default));
        Assert.Equal(RunStatus.Succeeded, second.Status);
        Assert.Equal(["a", "a", "b", "b"], room.Kind.Executed);
        await room.Line.AdvanceAsync(default);
        Assert.True((await room.NowAsync(third)).IsAtTurn);
        Assert.Equal(["runbook.started", "run.queued", "run.queued", "run.ended", "runbook.started", "run.ended"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Standing_OfSystemsThatTheReaderMayNotSee_IsCountedWithoutNames()
    {
        await StartAsync(RunRoom.Ada, "a");
        var second = await StartAsync(RunRoom.Bob, "b");
        var standing = await room.Locks.StandingAsync(RunRoom.Elsewhere, ["shop/api"], default);
        Assert.Null(Assert.Single(standing.Holders).Run);
        Assert.Equal((second.Id, null, false), (standing.Line[0].RunId, standing.Line[0].Run, standing.IsFree));
        Assert.Equal("Bob", (await room.Locks.StandingAsync(RunRoom.Viewer, ["shop/api"], default)).Line[0].Run?.StartedByName);
    }

    [Fact]
    public async Task Line_LeftOrNotConfirmed_GivesTheTurnToTheNext()
    {
        var (first, second, third, fourth) = (await StartAsync(RunRoom.Ada, "a"), await StartAsync(RunRoom.Bob, "b"), await StartAsync(RunRoom.Chief, "c"), await StartAsync(RunRoom.Ada, "d"));
        Assert.Equal(RunStatus.Aborted, (await room.Runs.AbortAsync(RunRoom.Bob, second.Id, null, default)).Status);
        await room.DriveAsync(first);
        await room.Line.AdvanceAsync(default);
        Assert.True((await room.NowAsync(third)).IsAtTurn);
        room.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains(third.Id, await room.Store.DueAsync(room.Clock.GetUtcNow(), default));
        third = await room.DriveAsync(third);
        Assert.Equal((RunStatus.Aborted, "Nobody started it within 5m of its turn. No step has run."), (third.Status, third.Reason));
        await room.Line.AdvanceAsync(default);
        Assert.Equal((true, true), ((await room.NowAsync(fourth)).IsAtTurn, (await room.NowAsync(fourth)).HeldLocks.Any()));
        Assert.Equal(fourth.Id, Assert.Single(await room.Store.LocksAsync(default)).RunId);
    }

    [Fact]
    public async Task Line_AtTheTurn_AStalePlanIsRefused()
    {
        var (first, second) = (await StartAsync(RunRoom.Ada, "a"), await StartAsync(RunRoom.Bob, "b"));
        await room.DriveAsync(first);
        await room.Line.AdvanceAsync(default);
        room.Rewrite(Open.Replace("${parameters.unit}", "all ${parameters.unit}"));
        Assert.Equal(["The runbook was changed or removed."], (await Assert.ThrowsAsync<PlanChangedException>(() => room.Locks.ConfirmAsync(RunRoom.Bob, second.Id, second.Plan.Hash, default))).Differences);
    }

    [Fact]
    public async Task Line_TheSameIsRefused_WhileItRunsAndWhileItStandsInLine()
    {
        await StartAsync(RunRoom.Ada, "a");
        await Assert.ThrowsAsync<LockHeldException>(() => StartAsync(RunRoom.Bob, "a"));
        await StartAsync(RunRoom.Bob, "b");
        Assert.StartsWith("RUN-2 ", (await Assert.ThrowsAsync<LockHeldException>(() => StartAsync(RunRoom.Chief, "b"))).Message, StringComparison.Ordinal);
        Assert.Equal(2, (await room.Runs.ListAsync(RunRoom.Viewer, new(), null, 10, default)).Count);
    }

    [Fact]
    public async Task Line_ManyLookersAtOnce_GiveOneTurn()
    {
        var (first, second, third) = (await StartAsync(RunRoom.Ada, "a"), await StartAsync(RunRoom.Bob, "b"), await StartAsync(RunRoom.Chief, "c"));
        await room.DriveAsync(first);
        await using var other = room.Neighbour(Open);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? room : other).Line.AdvanceAsync(default)));
        Assert.Equal((true, true), ((await room.NowAsync(second)).IsAtTurn, (await room.NowAsync(third)).IsInLine));
        Assert.Equal(second.Id, Assert.Single(await room.Store.LocksAsync(default)).RunId);
    }

    [Fact]
    public async Task BreakLock_IsAPermissionWithAReason_AndFreesTheLine()
    {
        var (first, second) = (await StartAsync(RunRoom.Ada, "a"), await StartAsync(RunRoom.Bob, "b"));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Locks.BreakAsync(RunRoom.Bob, first.Id, "shop/api", "it hangs", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Locks.BreakAsync(RunRoom.Chief, first.Id, "shop/api", " ", default));
        await Assert.ThrowsAsync<RunStateException>(() => room.Locks.BreakAsync(RunRoom.Chief, first.Id, "shop/web", "it hangs", default));
        first = await room.Locks.BreakAsync(RunRoom.Chief, first.Id, "shop/api", "it hangs", default);
        Assert.Equal(("Chief", "it hangs"), (first.BrokenLocks[0].ByName, first.BrokenLocks[0].Reason));
        await Assert.ThrowsAsync<RunStateException>(() => room.Locks.BreakAsync(RunRoom.Chief, first.Id, "shop/api", "again", default));
        await room.Line.AdvanceAsync(default);
        Assert.True((await room.NowAsync(second)).IsAtTurn);
        // The end of the one without its lock leaves the other's alone.
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(first)).Status);
        Assert.Equal(second.Id, Assert.Single(await room.Store.LocksAsync(default)).RunId);
        Assert.Contains("run.lock_broken", (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Resume_WhereTheLockWentToAnother_IsRefused_AndLaterTakesItAgain()
    {
        var fails = true;
        room.Kind.On("a", (_, _) => Task.FromResult(fails ? new StepOutcome.Failed("No.", false, StepEffect.None) : ScriptedKind.Done("a")));
        var first = await room.DriveAsync(await StartAsync(RunRoom.Ada, "a"));
        var second = await StartAsync(RunRoom.Bob, "b");
        Assert.False(second.IsInLine);
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.ResumeAsync(RunRoom.Ada, first.Id, default));
        await room.DriveAsync(second);
        fails = false;
        Assert.Equal(first.Id, (await room.Runs.ResumeAsync(RunRoom.Ada, first.Id, default)).Id);
        Assert.Single(await room.Store.LocksAsync(default));
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(first)).Status);
    }

    [Fact]
    public async Task Line_ARunThatNeedsApproval_IsAskedForAtItsTurn()
    {
        await using var production = await RunRoom.OpenAsync(Open.Replace("risk: reversible", "risk: dataChanging"), provider, "production");
        var first = await StartAsync(RunRoom.Ada, "a", production);
        var second = await StartAsync(RunRoom.Bob, "b", production);
        Assert.Equal((true, false), (second.IsInLine, second.IsAsked));
        await Assert.ThrowsAsync<RunStateException>(() => production.Approvals.ApproveAsync(RunRoom.Chief, second.Id, second.Plan.Hash, null, default));
        await production.Approvals.RefuseAsync(RunRoom.Chief, first.Id, null, "not now", default);
        production.Clock.Advance(TimeSpan.FromMinutes(20));
        await production.Line.AdvanceAsync(default);
        second = await production.NowAsync(second);
        Assert.Equal((true, false, production.Clock.GetUtcNow().AddMinutes(15)), (second.IsAsked, second.IsAtTurn, second.Approval!.Deadline));
        second = await production.DriveAsync(await production.Approvals.ApproveAsync(RunRoom.Chief, second.Id, second.Plan.Hash, null, default));
        Assert.Equal(RunStatus.Succeeded, second.Status);
    }

    async Task<Run> StartAsync(Actor actor, string unit, RunRoom? where = null)
    {
        var request = await (where ?? room).ConfirmedAsync(actor, key: $"{actor.Id}{unit}", parameters: new() { ["unit"] = unit });
        return (await (where ?? room).Runs.StartAsync(actor, "shop.restart", request, default)).Run;
    }
}
