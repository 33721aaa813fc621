using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

public sealed class SqliteNestedLockTests() : NestedLockTests(StorageProvider.Sqlite);

public sealed class PostgresNestedLockTests() : NestedLockTests(StorageProvider.Postgres);

/// <summary>A run within another that goes on alone: what the outer one kept for it, it keeps itself.</summary>
public abstract class NestedLockTests(StorageProvider provider)
{
    const string Nested = """
        title: T
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        component: api
        steps:
          - { name: warm, kind: runbook, runbook: warm, timeout: 1h }
        === warm
        title: Warm
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        locks: [shop/cache]
        steps:
          - { name: inner, kind: scripted, text: warm }
        """;

    [Fact]
    public async Task Resumed_BehindTheEndOfTheOuter_HoldsItsLocks_UntilItsOwnEnd()
    {
        await using var room = await RunRoom.OpenAsync(Nested, provider);
        var (outer, inner) = await FailedAsync(room);
        Assert.Empty(await room.Store.LocksAsync(default));

        room.Kind.On("warm", ScriptedKind.Done("x"));
        inner = await room.Runs.ResumeAsync(RunRoom.Bob, inner.Id, default);
        Assert.Equal(["shop/api", "shop/cache"], (await room.Store.LocksAsync(default)).Where(held => held.RunId == inner.Id).Select(held => held.Resource));
        Assert.Equal(["shop/api", "shop/cache"], inner.HeldLocks.Order(StringComparer.Ordinal));
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.ResumeAsync(RunRoom.Bob, outer.Id, default));
        Assert.True((await room.StartAsync(key: "k2")).IsInLine);

        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(inner)).Status);
        Assert.Empty(await room.Store.LocksAsync(default));
    }

    static readonly string GoesOn = Nested.Replace("timeout: 1h }", "timeout: 1h, onFailure: continue }\n  - { name: again, kind: runbook, runbook: warm, timeout: 1h, onFailure: continue }\n  - { name: look, kind: manual, instruction: Look. }");

    [Fact]
    public async Task Resumed_WhileTheOuterGoesOn_GetsItsLocks_WhenThatEnds()
    {
        await using var room = await RunRoom.OpenAsync(GoesOn, provider);
        var (outer, first, second) = await LookingAsync(room);
        room.Kind.On("warm", ScriptedKind.Done("x"));
        await room.Runs.ResumeAsync(RunRoom.Bob, first.Id, default);
        await room.Runs.ResumeAsync(RunRoom.Bob, second.Id, default);
        Assert.All(await room.Store.LocksAsync(default), held => Assert.Equal(outer.Id, held.RunId));

        await room.Runs.AbortAsync(RunRoom.Ada, outer.Id, "enough", default);
        Assert.Equal([("shop/api", first.Number), ("shop/cache", first.Number)], (await room.Store.LocksAsync(default)).Select(held => (held.Resource, held.RunNumber)));
        Assert.Equal(["shop/api", "shop/cache"], (await room.NowAsync(first)).HeldLocks.Order(StringComparer.Ordinal));
        Assert.Empty((await room.NowAsync(second)).HeldLocks);
        var other = await room.StartAsync(key: "k2");
        Assert.True(other.IsInLine);

        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(first)).Status);
        Assert.All(await room.Store.LocksAsync(default), held => Assert.Equal(second.Id, held.RunId));
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(second)).Status);
        Assert.Empty(await room.Store.LocksAsync(default));
        await room.Line.AdvanceAsync(default);
        Assert.True((await room.NowAsync(other)).IsAtTurn);
    }

    [Fact]
    public async Task Resumed_InTheMomentInWhichTheOuterEnds_IsNotWithoutLocks()
    {
        await using var room = await RunRoom.OpenAsync(GoesOn, provider);
        var (outer, inner, _) = await LookingAsync(room);
        // Another process, whose writer does not wait for this one's. On PostgreSQL both have read what is before either has written; SQLite has one writer anyway.
        using var contexts = new OpsContextFactory(room.Database.Options);
        await using var audit = new AuditLog(contexts, room.Clock);
        var other = provider == StorageProvider.Postgres ? new RunStore(contexts, audit, new(contexts, room.Clock)) : room.Store;
        using var both = new Barrier(provider == StorageProvider.Postgres ? 2 : 1);
        var at = room.Clock.GetUtcNow();
        await Task.WhenAll(
            Task.Run(() => room.Store.ChangeAsync(outer.Id, Meeting(now => now.AbortAsked(new("ada", "Ada", at, "")).Aborted(true, at)), null, null, at, default)),
            Task.Run(() => other.ChangeAsync(inner.Id, Meeting(now => now.Resumed(at)), null, null, at, default))).WaitAsync(Patience.Limit);
        Assert.Equal((true, RunStatus.Running), ((await room.NowAsync(outer)).IsOver, (await room.NowAsync(inner)).Status));
        Assert.Equal(["shop/api", "shop/cache"], (await room.Store.LocksAsync(default)).Where(held => held.RunId == inner.Id).Select(held => held.Resource));

        Func<Run, Run> Meeting(Func<Run, Run> change)
        {
            var isFirst = true;
            return now =>
            {
                if (isFirst)
                    both.SignalAndWait(Patience.Limit);
                isFirst = false;
                return change(now);
            };
        }
    }

    [Fact]
    public async Task Resumed_WhileAnotherWorksOnTheSame_IsRefused()
    {
        await using var room = await RunRoom.OpenAsync(Nested, provider);
        var (_, inner) = await FailedAsync(room);
        var other = await room.StartAsync(key: "k2");
        Assert.False(other.IsInLine);
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.ResumeAsync(RunRoom.Bob, inner.Id, default));
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.SkipAsync(RunRoom.Bob, inner.Id, new("inner", 1), "it is warm", default));
        Assert.Equal(RunStatus.Failed, (await room.NowAsync(inner)).Status);
        Assert.All(await room.Store.LocksAsync(default), held => Assert.Equal(other.Id, held.RunId));
    }

    // Both inner runs failed, and the outer one went on without them.
    static async Task<(Run Outer, Run First, Run Second)> LookingAsync(RunRoom room)
    {
        room.Kind.On("warm", new StepOutcome.Failed("Cold.", false, StepEffect.None));
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[0].Handle is not null);
        var first = await room.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[0].Handle!), default))!);
        run = await room.UntilAsync(run, now => now.Steps[1].Handle is not null);
        var second = await room.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[1].Handle!), default))!);
        run = await room.UntilAsync(run, now => now.Status == RunStatus.Waiting);
        await driving;
        Assert.Equal(("look", RunStatus.Failed, RunStatus.Failed), (run.Current!.Name, first.Status, second.Status));
        return (run, first, second);
    }

    static async Task<(Run Outer, Run Inner)> FailedAsync(RunRoom room)
    {
        room.Kind.On("warm", new StepOutcome.Failed("Cold.", false, StepEffect.None));
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[0].Handle is not null);
        var inner = await room.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[0].Handle!), default))!);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal((RunStatus.Failed, RunStatus.Failed), (run.Status, inner.Status));
        return (run, inner);
    }
}
