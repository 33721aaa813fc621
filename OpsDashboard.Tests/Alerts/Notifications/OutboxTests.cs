using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications;

public abstract class OutboxTests(StorageProvider provider)
{
    protected static string Routing(HttpSink sink, string more = "") => $$"""
        route: { receiver: hook, group_by: [alertname], group_wait: 10s, group_interval: 1m, repeat_interval: 1h }
        receivers:
          - name: hook
            webhook_configs: [{ url: '{{sink.Address}}/hook' }]
          - name: second
            webhook_configs: [{ url: '{{sink.Address}}/second' }]
        {{more}}
        """;

    static string[] Statuses(HttpSink sink) => [.. sink.All.Select(one => one.Json.GetProperty("status").GetString()!)];

    protected async Task Group_WaitsThenIsToldOnce_ThenNewsThenTheEnd_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink), provider: provider);
        await room.RoundAsync();
        var (first, second) = (AnAlert.Of("Heap", "shop"), AnAlert.Of("Heap", "game"));
        await room.Alerts.FireAsync(first);
        await room.RoundAsync();
        Assert.Empty(sink.All);
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Single(sink.All[0].Json.GetProperty("alerts").EnumerateArray());
        Assert.Equal("Heap", sink.All[0].Json.GetProperty("groupLabels").GetProperty("alertname").GetString());

        await room.Alerts.FireAsync(second);
        await room.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Single(sink.All);
        await room.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, sink.All[1].Json.GetProperty("alerts").GetArrayLength());
        await room.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(2, sink.All.Count);

        await room.Alerts.ResolveAsync(first, second);
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        await room.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(["firing", "firing", "resolved"], Statuses(sink));
    }

    protected async Task Restart_BetweenFiringAndSending_TellsOnce_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink), provider: provider);
        await room.RoundAsync();
        var alert = AnAlert.Of("Heap");
        await room.Alerts.FireAsync(alert);
        room.Clock.Advance(TimeSpan.FromSeconds(10));
        // It decides, and dies before it sends.
        await room.DecideAsync((await room.Leases.TryHoldAsync("notifications", TimeSpan.FromSeconds(30), default))!.Value);
        await room.Leases.ReleaseAsync("notifications", default);
        Assert.Empty(sink.All);

        var again = new NotificationRoom(room.Alerts, Routing(sink));
        await again.RoundAsync();
        await again.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Single(sink.All);
        // The end comes while nobody runs.
        await room.Alerts.ResolveAsync(alert);
        await again.Leases.ReleaseAsync("notifications", default);
        var third = new NotificationRoom(room.Alerts, Routing(sink));
        await third.RoundAsync();
        await third.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["firing", "resolved"], Statuses(sink));
    }

    protected async Task TwoReplicas_OneTells_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink), provider: provider);
        var other = new NotificationRoom(room.Alerts, Routing(sink));
        await room.Alerts.FireAsync(AnAlert.Of("Heap"));
        room.Clock.Advance(TimeSpan.FromSeconds(11));
        await room.RoundAsync();
        await other.RoundAsync();
        await Task.WhenAll(room.RoundAsync(), other.RoundAsync());
        Assert.Single(sink.All);
        Assert.Single(await room.LoggedAsync());
    }

    protected async Task ReceiverDeadForTenMinutes_GetsEverythingAfterwards_OnceAndInOrder_Core()
    {
        await using var sink = new HttpSink { Status = 500 };
        await using var room = await NotificationRoom.OpenAsync(Routing(sink), provider: provider);
        await room.RoundAsync();
        var alerts = Enumerable.Range(0, 5).Select(i => AnAlert.Of($"Alert{i}")).ToArray();
        await room.Alerts.FireAsync(alerts);
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        await room.Alerts.ResolveAsync(alerts);
        for (var second = 0; second < 600; second += 30)
            await room.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.All((await room.LoggedAsync()).SelectMany(one => one.Deliveries), one => Assert.NotEqual(DeliveryState.Delivered, one.Delivery.State));
        var refused = sink.All.Count;

        sink.Status = 200;
        for (var round = 0; round < 4; round++)
            await room.AdvanceAsync(TimeSpan.FromSeconds(61));
        var taken = sink.All.Skip(refused).GroupBy(one => one.Json.GetProperty("groupKey").GetString()).ToArray();
        Assert.Equal(5, taken.Length);
        Assert.All(taken, group => Assert.Equal(["firing", "resolved"], group.Select(one => one.Json.GetProperty("status").GetString())));
        Assert.All((await room.LoggedAsync()).SelectMany(one => one.Deliveries), one => Assert.Equal(DeliveryState.Delivered, one.Delivery.State));
    }
}

public sealed class SqliteOutboxTests() : OutboxTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task Group_WaitsThenIsToldOnce_ThenNewsThenTheEnd() => Group_WaitsThenIsToldOnce_ThenNewsThenTheEnd_Core();

    [Fact]
    public Task Restart_BetweenFiringAndSending_TellsOnce() => Restart_BetweenFiringAndSending_TellsOnce_Core();

    [Fact]
    public Task TwoReplicas_OneTells() => TwoReplicas_OneTells_Core();

    [Fact]
    public Task ReceiverDeadForTenMinutes_GetsEverythingAfterwards_OnceAndInOrder() => ReceiverDeadForTenMinutes_GetsEverythingAfterwards_OnceAndInOrder_Core();

    [Fact]
    public async Task SilencedOrInhibited_NobodyIsTold_UntilItIsNot()
    {
        await using var sink = new HttpSink();
        const string Inhibits = "inhibit_rules: [{ source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [system] }]";
        await using var room = await NotificationRoom.OpenAsync(Routing(sink, Inhibits));
        await room.RoundAsync();
        var (down, slow, heap) = (AnAlert.Of("Down"), AnAlert.Of("Slow"), AnAlert.Of("Heap"));
        await room.Alerts.Silences.CreateAsync(AlertRoom.Ada, new(["system=shop", "alertname=Heap"], null, room.Clock.GetUtcNow().AddMinutes(10), "known"), default);
        await room.Alerts.FireAsync(down, slow, heap, AnAlert.Of("Explained") with { InhibitedBy = down.Id });
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["Down"], sink.All.Select(one => one.Json.GetProperty("groupLabels").GetProperty("alertname").GetString()));

        await room.Alerts.ResolveAsync(down);
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Contains(sink.All, one => one.Text.Contains("Slow", StringComparison.Ordinal));
        Assert.DoesNotContain(sink.All, one => one.Text.Contains("Heap", StringComparison.Ordinal));
        await room.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Contains(sink.All, one => one.Text.Contains("Heap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ToldThenSilenced_TheEndIsToldAllTheSame()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink));
        await room.RoundAsync();
        var alert = AnAlert.Of("Heap");
        await room.Alerts.FireAsync(alert);
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        await room.Alerts.Silences.CreateAsync(AlertRoom.Ada, new(["system=shop"], null, room.Clock.GetUtcNow().AddHours(1), "known"), default);
        await room.Alerts.ResolveAsync(alert);
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("resolved", sink.All[^1].Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task StillFiring_IsRepeated_UnlessSomebodyHasIt()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink));
        await room.RoundAsync();
        var alert = AnAlert.Of("Heap");
        await room.Alerts.FireAsync(alert);
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        await room.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, sink.All.Count);
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new(For: TimeSpan.FromHours(2)), default);
        await room.AdvanceAsync(TimeSpan.FromMinutes(90));
        Assert.Equal(2, sink.All.Count);
        await room.AdvanceAsync(TimeSpan.FromMinutes(31));
        Assert.Equal([NotificationReason.Firing, NotificationReason.Repeat, NotificationReason.Repeat], (await room.LoggedAsync()).Select(one => one.Notification.Reason));
    }

    [Fact]
    public async Task Severity_RisesWithinOneAlert_IsNews()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink));
        await room.RoundAsync();
        var warning = AnAlert.Of("Heap", severity: "warning");
        await room.Alerts.FireAsync(warning);
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        await room.Alerts.FireAsync(warning with { Labels = warning.Labels.With("severity", "critical") });
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["warning", "critical"], sink.All.Select(one => one.Json.GetProperty("alerts")[0].GetProperty("labels").GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task UndeliveredAfterAMinute_TheNextReceiverIsTold_Once()
    {
        await using var dead = new HttpSink { Status = 503 };
        await using var alive = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(dead).Replace($"{dead.Address}/second", $"{alive.Address}/second"), "receivers: [{ name: hook, next: second }]");
        await room.RoundAsync();
        await room.Alerts.FireAsync(AnAlert.Of("Heap"));
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        await room.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Empty(alive.All);
        await room.AdvanceAsync(TimeSpan.FromSeconds(1));
        await room.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("second", Assert.Single(alive.All).Json.GetProperty("receiver").GetString());
        Assert.Equal([NotificationReason.Firing, NotificationReason.Undelivered], (await room.LoggedAsync()).Select(one => one.Notification.Reason));
    }

    [Fact]
    public async Task ThreeThousandAlertsOfTenGroups_AreTenNotifications()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink).Replace("group_by: [alertname]", "group_by: [system, alertname]"));
        await room.RoundAsync();
        var alerts = from system in Enumerable.Range(0, 5) from name in Enumerable.Range(0, 2) from i in Enumerable.Range(0, 300) select AnAlert.Of($"a{name}", $"s{system}", labels: ("i", $"{i}"));
        await room.Alerts.FireAsync([.. alerts]);
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        await room.RoundAsync();
        Assert.Equal(10, sink.All.Count);
        Assert.All(sink.All, one => Assert.Equal(250, one.Json.GetProperty("truncatedAlerts").GetInt32()));
    }

    [Fact]
    public async Task TestAndAgain_AreSentAndAudited_ByThoseWhoMay()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync(Routing(sink));
        var id = await room.Log.TestAsync(AlertRoom.Chief, "hook", null, default);
        await room.RoundAsync();
        Assert.Contains("This is a test of hook, sent by chief.", Assert.Single(sink.All).Text);
        await room.Log.SendAgainAsync(AlertRoom.Chief, id, "webhook/0", default);
        await room.RoundAsync();
        Assert.Equal(2, sink.All.Count);
        Assert.Equal(["receiver.tested", "notification.sent_again"], await room.Alerts.AuditedAsync());
        await Assert.ThrowsAsync<OpsDashboard.Access.AccessDeniedException>(() => room.Log.TestAsync(AlertRoom.Ada, "hook", null, default));
        await Assert.ThrowsAsync<OpsDashboard.Access.NotFoundException>(() => room.Log.TestAsync(AlertRoom.Chief, "nobody", null, default));
        await Assert.ThrowsAsync<OpsDashboard.Access.AccessDeniedException>(() => room.Log.SendAgainAsync(AlertRoom.Viewer, id, null, default));
        Assert.Empty(await room.Log.ListAsync(AlertRoom.Ada, null, 10, default));
    }
}

public sealed class PostgresOutboxTests() : OutboxTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task Group_WaitsThenIsToldOnce_ThenNewsThenTheEnd() => Group_WaitsThenIsToldOnce_ThenNewsThenTheEnd_Core();

    [PostgresFact]
    public Task Restart_BetweenFiringAndSending_TellsOnce() => Restart_BetweenFiringAndSending_TellsOnce_Core();

    [PostgresFact]
    public Task TwoReplicas_OneTells() => TwoReplicas_OneTells_Core();

    [PostgresFact]
    public Task ReceiverDeadForTenMinutes_GetsEverythingAfterwards_OnceAndInOrder() => ReceiverDeadForTenMinutes_GetsEverythingAfterwards_OnceAndInOrder_Core();
}
