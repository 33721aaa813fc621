using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task Heartbeat_BeatsOnlyWhileTheWatchdogFires_InOneProcess()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        await using var sink = new HttpSink();
        var clock = new FakeTimeProvider();
        using var http = new HttpSender(new(), clock);
        var alerts = new FixedAlerts();
        HeartbeatHost Host() => new(alerts, new Leases(database.Contexts, clock), http, new("http://ops", $"{sink.Address}/beat"), clock, NullLogger<HeartbeatHost>.Instance);
        using var first = Host();
        using var second = Host();

        Assert.Equal("no alert Watchdog fires", await first.BeatAsync(default));
        alerts.Current = [AnAlert.Of(HeartbeatHost.Watchdog)];
        Assert.Null(await first.BeatAsync(default));
        Assert.Null(await second.BeatAsync(default));
        Assert.Equal((1, clock.GetUtcNow(), (DateTimeOffset?)null), (sink.All.Count, first.LastAt!.Value, second.LastAt));
        sink.Status = 500;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("answered 500", await first.BeatAsync(default));
        await database.ExecuteAsync("ALTER TABLE lease RENAME TO away");
        await Assert.ThrowsAnyAsync<Exception>(() => first.BeatAsync(default));
        Assert.Equal(2, sink.All.Count);
    }

    sealed class FixedAlerts : IAlerts
    {
        public IReadOnlyList<Alert> Current { get; set; } = [];

        public IReadOnlyList<RuleGroupStatus> Groups => [];

        public IDisposable Subscribe(Action changed) => throw new NotSupportedException();
    }
}
