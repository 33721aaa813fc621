using OpsDashboard.Logs;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs;

public sealed class LogStoreTests
{
    [Theory, OnEveryDatabase]
    public async Task Append_Returned_SurvivesTheCrashWithEverything(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        var line = logs.Line("Phase changed: \"naïve\" \u2713", "alpha", 1.25, LineLevel.Warn, "c-1", "game", "phase_change", new LogField("room_id", "R7"), new LogField("details.duration_ms", "12.5", true))
            with
        { Component = "api", Source = "app.log", Flaws = LineFlaws.FieldsCut };
        Assert.Equal(new(1, 0), await logs.AppendAsync(line));

        await logs.CrashAsync();

        var page = await logs.Query.SearchAsync(LogFixture.Everyone, new(), null, 10, default);
        var found = Assert.Single(page.Entries);
        Assert.Null(page.Next);
        Assert.Equal(line with { Id = found.Id, Pattern = found.Pattern, Fields = found.Fields }, found);
        Assert.Equal(line.Fields, found.Fields);
        Assert.NotEqual(0, found.Id);
        Assert.Equal(found.Message, (await logs.Query.FindAsync(LogFixture.Everyone, found.Id, default))!.Message);
    }

    [Theory, OnEveryDatabase]
    public async Task Append_OutOfOrderAndSameTime_IsReadByTimeThenArrival(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync(logs.Line("third", secondsAgo: 1), logs.Line("first", secondsAgo: 9), logs.Line("fourth", secondsAgo: 1));
        await logs.AppendAsync(logs.Line("second", "beta", 5), logs.Line("fifth", "beta", 1));
        Assert.Equal(["fifth", "fourth", "third", "second", "first"], await logs.FindAsync(new LogFilter()));
    }

    [Theory, OnEveryDatabase]
    public async Task Append_TheSameFileTwice_KeepsEveryLine(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        var second = Enumerable.Range(0, 3000).Select(i => logs.Line($"line {i}", secondsAgo: 60)).ToArray();
        await logs.AppendAsync(second);
        // A store that begins anew begins its counter anywhere: with ids that are taken, too.
        for (var i = 0; i < 3; i++)
        {
            await logs.CrashAsync();
            await logs.AppendAsync(second);
        }
        var counts = await logs.Query.CountsAsync(LogFixture.Everyone, new() { From = logs.Now - TimeSpan.FromMinutes(10), To = logs.Now }, 10, default);
        Assert.Equal(12_000, counts.Counts.Sum(count => count.Lines));
        var ids = new HashSet<long>();
        await foreach (var entry in logs.Query.ReadAsync(LogFixture.Everyone, new(), default))
            Assert.True(ids.Add(entry.Id));
        Assert.Equal(12_000, ids.Count);
    }

    [Theory, OnEveryDatabase]
    public async Task Append_IdTaken_GetsAnother(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync(logs.Line("first"));
        var taken = (await logs.Query.SearchAsync(LogFixture.Everyone, new(), null, 1, default)).Entries[0];
        var row = new OpsDashboard.Logs.Store.Database.LogRow(taken with { Message = "second" }, taken.Id, "second");
        var given = taken.Id;
        await logs.Database.CommitAsync(new([row], [], _ => ++given, long.MaxValue, true, logs.Now), default);
        Assert.Equal(["second", "first"], await logs.FindAsync(new LogFilter()));
    }

    [Theory, OnEveryDatabase]
    public async Task Append_DatabaseAway_FailsAndNothingIsKeptThenGoesOn(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        logs.Database.IsAway = true;
        await Assert.ThrowsAsync<IOException>(() => logs.AppendAsync(logs.Line("lost to the sender's knowledge")));
        logs.Database.IsAway = false;
        await logs.AppendAsync(logs.Line("kept"));
        Assert.Equal(["kept"], await logs.FindAsync(new LogFilter()));
        Assert.Equal(1, logs.Figures.Stored);
    }

    [Fact]
    public async Task Append_MoreThanMayWait_IsRefusedAndTakesNothing()
    {
        await using var logs = await LogFixture.CreateAsync(DatabaseKind.Sqlite, options => options.MaxWaitingBytes = 1000);
        var gate = new TaskCompletionSource();
        logs.Database.Gate = gate.Task;
        var waiting = logs.AppendAsync(logs.Line(new('x', 900)));
        var refused = await Assert.ThrowsAsync<LogsFullException>(() => logs.AppendAsync(logs.Line(new('y', 200))));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        gate.SetResult();
        await waiting;
        await logs.AppendAsync(logs.Line("room again"));
        Assert.Equal(2, (await logs.FindAsync(new LogFilter())).Length);
    }

    [Fact]
    public async Task Append_ManyAtOnce_ShareCommits()
    {
        await using var logs = await LogFixture.CreateAsync(DatabaseKind.Sqlite);
        var gate = new TaskCompletionSource();
        logs.Database.Gate = gate.Task;
        var all = Enumerable.Range(0, 50).Select(i => logs.AppendAsync(logs.Line($"line {i}"))).ToArray();
        gate.SetResult();
        await Task.WhenAll(all).WaitAsync(Patience.Limit);
        Assert.Equal(50, (await logs.FindAsync(new LogFilter())).Length);
        Assert.InRange(logs.Database.Commits, 1, 5);
    }

    [Theory, OnEveryDatabase]
    public async Task Append_OlderThanTheRetention_IsCountedNotStored(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        Assert.Equal(new(1, 1), await logs.AppendAsync(logs.Line("old", secondsAgo: 31 * 86400), logs.Line("young", secondsAgo: 29 * 86400)));
        Assert.Equal(["young"], await logs.FindAsync(new LogFilter()));
        Assert.Equal(1, logs.Figures.LostBy("alpha", "too old"));
    }

    [Theory, OnEveryDatabase]
    public async Task Appended_IsPublishedAfterTheCommitWithItsIds(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        var told = new TaskCompletionSource<LogsAppended>();
        using var subscription = logs.Bus.Subscribe<LogsAppended>(told.SetResult);
        await logs.AppendAsync(logs.Line("b", secondsAgo: 1), logs.Line("a", secondsAgo: 2));
        var entries = (await told.Task.WaitAsync(Patience.Limit)).Entries;
        Assert.Equal(["b", "a"], entries.Select(entry => entry.Message));
        Assert.Equal(entries[0].Id, (await logs.Query.FindAsync(LogFixture.Everyone, entries[0].Id, default))!.Id);
    }

    [Fact]
    public async Task Replicas_WriteIntoTheSamePartitionAndReadEachOther()
    {
        if (RealServer.SkipUnless(PostgresServer.Binary("initdb"), "PostgreSQL") is not null)
            return;
        await using var one = await LogFixture.CreateAsync(DatabaseKind.Postgres);
        await using var other = await one.ReplicaAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : other).AppendAsync(one.Line($"line {i}", "alpha", 5, correlation: "c"), one.Line($"also {i}", "beta", 5)))).WaitAsync(Patience.Limit);
        Assert.Equal(40, (await one.FindAsync(new LogFilter())).Length);
        Assert.Equal(20, (await other.Query.ChainAsync(LogFixture.Everyone, "c", default)).Count);
        Assert.Equal(2, (await one.Database.PartitionsAsync(default)).Count);
    }
}
