using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Evaluation;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class AlertTidyHostTests
{
    [Fact]
    public async Task WhatWasOnlyPending_IsForgottenAfterAWeek_WhatFiredStays()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var clock = new FakeTimeProvider();
        var store = new AlertStore(database.Contexts);
        var (pending, fired) = (AnAlert.Of("Pending") with { State = AlertState.Pending, FiredAt = null }, AnAlert.Of("Fired"));
        await store.SaveAsync([new(AlertState.Inactive, pending, clock.GetUtcNow()), new(AlertState.Pending, pending with { State = AlertState.Inactive }, clock.GetUtcNow()), new(AlertState.Inactive, fired, clock.GetUtcNow())], null, default);
        await store.SaveAsync([new(AlertState.Inactive, pending, clock.GetUtcNow())], null, default);
        await store.SaveAsync([new(AlertState.Pending, pending with { State = AlertState.Inactive }, clock.GetUtcNow())], null, default);
        Assert.NotEmpty(await store.TransitionsOfAsync(pending.Id, default));

        using var host = new AlertTidyHost(store, clock, NullLogger<AlertTidyHost>.Instance);
        clock.Advance(AlertTidyHost.Retention - TimeSpan.FromMinutes(30));
        await host.StartAsync(default);
        await HostBench.UntilAsync(clock, () => Task.FromResult(clock.TimerCount > 0), "the first look");
        Assert.NotEmpty(await store.TransitionsOfAsync(pending.Id, default));
        clock.Advance(AlertTidyHost.Interval);
        await HostBench.UntilAsync(clock, async () => (await store.TransitionsOfAsync(pending.Id, default)).Count == 0, "the second look");
        Assert.NotEmpty(await store.TransitionsOfAsync(fired.Id, default));
        await host.StopAsync(default);
    }
}
