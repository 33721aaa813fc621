using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
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

    [Fact]
    public async Task Resumed_WhileAnotherWorksOnTheSame_IsRefused()
    {
        await using var room = await RunRoom.OpenAsync(Nested, provider);
        var (_, inner) = await FailedAsync(room);
        var other = await room.StartAsync(key: "k2");
        Assert.False(other.IsInLine);
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.ResumeAsync(RunRoom.Bob, inner.Id, default));
        await Assert.ThrowsAsync<LockHeldException>(() => room.Runs.SkipAsync(RunRoom.Bob, inner.Id, "inner", "it is warm", default));
        Assert.Equal(RunStatus.Failed, (await room.NowAsync(inner)).Status);
        Assert.All(await room.Store.LocksAsync(default), held => Assert.Equal(other.Id, held.RunId));
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
