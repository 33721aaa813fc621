using OpsDashboard.Audit;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Store;
using OpsDashboard.Logs.Store.Database;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs;

public sealed class LogRetentionTests
{
    [Theory, OnEveryDatabase]
    public async Task Purge_AfterThirtyDays_DropsTheDayAndSaysHowManyLines(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await using var ops = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var audit = new HeardAudit();
        var retention = new LogRetention(logs.Database, logs.Store, logs.Options, new(ops.Contexts, logs.Time), audit, logs.Time);
        await logs.AppendAsync(logs.Line("old 1"), logs.Line("old 2"), logs.Line("also old", null));
        logs.Time.Advance(TimeSpan.FromDays(20));
        await logs.AppendAsync(logs.Line("young"));

        await retention.PurgeAsync(default);
        Assert.Empty(audit.Records);
        logs.Time.Advance(TimeSpan.FromDays(11));
        await retention.PurgeAsync(default);

        Assert.Equal(["young"], await logs.FindAsync(new LogFilter()));
        Assert.Equal([("logs", 1L), ("system/alpha", 2L)], audit.Records.Select(record => (record.Subject, (long)record.Particulars!["lines"]!)).Order());
        Assert.All(audit.Records, record => Assert.Equal(("logs.purged", "retention", "2026-11-20"), (record.Action, (string)record.Particulars!["reason"]!, (string)record.Particulars["day"]!)));
        Assert.Equal(["young"], (await logs.Query.PatternsAsync(LogFixture.Everyone, new() { From = logs.Now - TimeSpan.FromDays(60) }, default, 10, default)).Patterns.Select(pattern => pattern.Text));
        await retention.PurgeAsync(default);
        Assert.Equal(2, audit.Records.Count);
    }

    [Theory, OnEveryDatabase]
    public async Task Purge_ASystemHasMoreThanItMay_LosesItsOldestPartitionsOnly(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind, options => options.MaxBytesPerSystem = 1 << 20);
        await using var ops = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var audit = new HeardAudit();
        var retention = new LogRetention(logs.Database, logs.Store, logs.Options, new(ops.Contexts, logs.Time), audit, logs.Time);
        await logs.AppendAsync(logs.Line("quiet", "beta", 86400));
        for (var i = 0; i < 200; i++)
            await logs.AppendAsync([.. Enumerable.Range(0, 10).Select(j => logs.Line($"line {i} {new string('x', 1000)}", secondsAgo: 200 - i))]);
        Assert.True((await logs.Database.PartitionsAsync(default)).Count > 10);

        await retention.PurgeAsync(default);

        var left = await logs.FindAsync(new LogFilter { Systems = ["alpha"] });
        Assert.StartsWith("line 199 ", left[0]);
        Assert.InRange((await logs.Database.PartitionsAsync(default)).Where(partition => partition.System == "alpha").Sum(partition => partition.Bytes), 700_000, 1 << 20);
        Assert.Equal(["quiet"], await logs.FindAsync(new LogFilter { Systems = ["beta"] }));
        Assert.All(audit.Records, record => Assert.Equal("size", record.Particulars!["reason"]));
        Assert.Equal(2000, audit.Records.Sum(record => (long)record.Particulars!["lines"]!) + (await logs.Database.PartitionsAsync(default)).Where(partition => partition.System == "alpha").Sum(partition => partition.Lines));
    }

    [Fact]
    public void Due_TheYoungestOfASystem_StaysHoweverLarge() =>
        Assert.Empty(LogRetention.Due([new LogPartition(1, "alpha", 20_000, 1, 2, 10, 1_000_000)], DateTimeOffset.UnixEpoch.AddDays(20_000), 10));

    sealed class HeardAudit : IAuditLog
    {
        public List<AuditRecord> Records { get; } = [];

        public Task CommitAsync(Microsoft.EntityFrameworkCore.DbContext changes, AuditRecord record, CancellationToken stop) => throw new NotSupportedException();

        public Task AppendAsync(AuditRecord record, CancellationToken stop)
        {
            Records.Add(record);
            return Task.CompletedTask;
        }
    }
}
