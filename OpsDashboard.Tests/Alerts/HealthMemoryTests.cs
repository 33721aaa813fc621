using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using OpsDashboard.Tests.Metrics.Store;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class HealthMemoryTests
{
    const long Minute = 60_000, Hour = 60 * Minute;

    static readonly Labels Shop = Labels.Of("system_health_state", ("system", "shop"), ("environment", "production"));

    /// <summary>Fills [from, to) before now with a state, a sample every 20 s.</summary>
    static void Fill(StoreFixture fixture, long from, long to, Health health)
    {
        for (var at = fixture.Now - from; at < fixture.Now - to; at += 20_000)
            Assert.Equal(1, fixture.Store.Append([new(fixture.Store.Resolve(Shop), at, (int)health)]).Accepted);
    }

    static async Task<(Health Health, DateTimeOffset Since)?> ReadAsync(StoreFixture fixture) =>
        (await new HealthMemory(fixture.Store, fixture.Store, fixture.Time).ReadAsync("production", default)).TryGetValue("shop", out var known) ? known : null;

    [Theory, OnEveryDatabase]
    public async Task State_HeldForHours_KeepsItsBeginningOverARestart(DatabaseKind kind)
    {
        await using var fixture = await StoreFixture.CreateAsync(kind);
        Fill(fixture, 5 * Hour, (3 * Hour) + 30_000, Health.Ok);
        Fill(fixture, (3 * Hour) + 30_000, 2 * Minute, Health.Critical);
        var since = DateTimeOffset.FromUnixTimeMilliseconds(fixture.Now - (3 * Hour) - 30_000);
        await fixture.SealAsync(fixture.Now - Hour);
        await fixture.FlushAsync();
        await fixture.CrashAsync();
        Assert.Equal((Health.Critical, since), await ReadAsync(fixture));
    }

    [Theory, OnEveryDatabase]
    public async Task State_BeforeALongGap_IsNotCounted(DatabaseKind kind)
    {
        await using var fixture = await StoreFixture.CreateAsync(kind);
        Fill(fixture, 90 * Minute, 60 * Minute, Health.Warning);
        Fill(fixture, 10 * Minute, 0, Health.Warning);
        var known = (await ReadAsync(fixture))!.Value;
        Assert.Equal(Health.Warning, known.Health);
        Assert.InRange(known.Since.ToUnixTimeMilliseconds(), fixture.Now - (11 * Minute), fixture.Now - (9 * Minute));
    }

    [Theory, OnEveryDatabase]
    public async Task State_NotSeenLately_IsForgotten(DatabaseKind kind)
    {
        await using var fixture = await StoreFixture.CreateAsync(kind);
        Assert.Null(await ReadAsync(fixture));
        Fill(fixture, 60 * Minute, 30 * Minute, Health.Ok);
        Assert.Null(await ReadAsync(fixture));
    }
}
