using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class SqliteRunGuardTests() : RunGuardTests(StorageProvider.Sqlite);

public sealed class PostgresRunGuardTests() : RunGuardTests(StorageProvider.Postgres);

/// <summary>What is refused, and what is not, at the edges.</summary>
public abstract class RunGuardTests(StorageProvider provider)
{
    [Fact]
    public async Task Resume_WhereTheRunbookIsGone_IsRefused_AndItsEndIsNot()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid, provider);
        room.Kind.On("api", new StepOutcome.Failed("Away.", false, StepEffect.None));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal(RunStatus.Failed, run.Status);
        await using var other = room.Neighbour(RunbookText.Valid.Replace("risk: reversible", "risk: reversible\nmayRun: commander"));
        await Assert.ThrowsAsync<RunStateException>(() => other.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        await Assert.ThrowsAsync<RunStateException>(() => other.Runs.SkipAsync(RunRoom.Bob, run.Id, new("first", 1), "I did it", default));
        Assert.Equal(RunStatus.Failed, (await room.NowAsync(run)).Status);
        Assert.Equal(RunStatus.Running, (await room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default)).Status);
        Assert.NotNull((await other.Runs.AbortAsync(RunRoom.Bob, run.Id, null, default)).Abort);
    }

    [Fact]
    public async Task Start_WithTheLongestNames_IsOneRunPerKey()
    {
        var name = new string('n', 60);
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid + $"\n=== {name}\n" + RunbookText.Valid, provider);
        var ada = RunRoom.Ada with { Id = new string('a', 64) };
        var keys = new[] { new string('k', 199) + "1", new string('k', 199) + "2" };
        var first = await StartAsync(room, ada, $"shop.{name}", keys[0]);
        Assert.False(first.WasThere);
        var again = await StartAsync(room, ada, $"shop.{name}", keys[0]);
        Assert.Equal((first.Run.Id, true), (again.Run.Id, again.WasThere));
        await room.Runs.AbortAsync(ada, first.Run.Id, null, default);
        Assert.NotEqual(first.Run.Id, (await StartAsync(room, ada, $"shop.{name}", keys[1])).Run.Id);
        Assert.Equal(2, (await room.Store.ListAsync(new(StartedById: ada.Id), null, 10, default)).Count);
    }

    static async Task<(Run Run, bool WasThere)> StartAsync(RunRoom room, Actor actor, string runbook, string key)
    {
        var preview = await room.Previews.MakeAsync(actor, runbook, new Dictionary<string, string>(), null, default);
        return await room.Runs.StartAsync(actor, runbook, new(new Dictionary<string, string>(), null, preview.Confirmation, key), default);
    }
}
