using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Storage;

public sealed class LeasesTests
{
    [Fact]
    public async Task Lease_IsOnes_UntilItEndsOrIsGivenBack()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var clock = new FakeTimeProvider();
        await HoldAsync(database, clock, async () => { clock.Advance(TimeSpan.FromSeconds(30)); await Task.CompletedTask; });
    }

    [PostgresFact]
    public async Task Lease_OnPostgres_RunsOnTheDatabasesClock()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Postgres);
        await HoldAsync(database, new FakeTimeProvider(), () => database.ExecuteAsync("UPDATE lease SET until = until - 60000000"));
    }

    static async Task HoldAsync(TestDatabase database, FakeTimeProvider clock, Func<Task> letItEnd)
    {
        var length = TimeSpan.FromSeconds(30);
        var (first, second) = (new Leases(database.Contexts, clock), new Leases(database.Contexts, clock));
        Assert.Equal(1, await first.TryHoldAsync("send", length, default));
        Assert.Null(await second.TryHoldAsync("send", length, default));
        Assert.Equal(1, await first.TryHoldAsync("send", length, default));
        Assert.Equal(1, await second.TryHoldAsync("other", length, default));

        await letItEnd();
        Assert.Equal(2, await second.TryHoldAsync("send", length, default));
        Assert.Null(await first.TryHoldAsync("send", length, default));
        await using (var context = database.Contexts.CreateDbContext())
        {
            await Assert.ThrowsAsync<LeaseLostException>(() => first.DemandAsync(context, "send", 1, default));
            await second.DemandAsync(context, "send", 2, default);
        }
        await second.ReleaseAsync("send", default);
        Assert.Equal(3, await first.TryHoldAsync("send", length, default));
    }
}
