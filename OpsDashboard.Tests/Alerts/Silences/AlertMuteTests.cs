using OpsDashboard.Alerts.Lists;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Alerts.Notifications;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Silences;

/// <summary>What a feature above mutes while something of its goes on.</summary>
public sealed class AlertMuteTests
{
    static readonly AlertMute Mute = new("shop", [MatcherText.Parse("alertname=\"Heap\"")], "RUN-1, Restart the API", "runs/1");

    [Fact]
    public async Task Muted_NobodyIsTold_UntilItIsNot()
    {
        await using var sink = new HttpSink();
        await using var room = await NotificationRoom.OpenAsync($"route: {{ receiver: hook, group_by: [alertname], group_wait: 10s, group_interval: 1m }}\nreceivers: [{{ name: hook, webhook_configs: [{{ url: '{sink.Address}/hook' }}] }}]");
        await room.RoundAsync();
        room.Alerts.Mutes.Current = [Mute];
        await room.Alerts.FireAsync(AnAlert.Of("Heap", "shop"), AnAlert.Of("Other", "shop"));
        await room.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["Other"], sink.All.Select(one => one.Json.GetProperty("groupLabels").GetProperty("alertname").GetString()));
        room.Alerts.Mutes.Current = [];
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["Other", "Heap"], sink.All.Select(one => one.Json.GetProperty("groupLabels").GetProperty("alertname").GetString()));
    }

    [Fact]
    public async Task Muted_StaysVisible_AsMuted_AndNeedsNoPerson()
    {
        await using var room = await AlertRoom.OpenAsync();
        await room.FireAsync(AnAlert.Of("Heap", "shop"), AnAlert.Of("Heap", "game"));
        room.Mutes.Current = [Mute];
        var alerts = room.Handled.Current(AlertRoom.Chief);
        Assert.Equal([("game", false, true), ("shop", true, false)], alerts.OrderBy(one => one.Alert.SystemId).Select(one => (one.Alert.SystemId!, one.IsSilenced, AlertList.NeedsAPerson(one))));
        Assert.Equal("RUN-1, Restart the API", Assert.Single(alerts.Single(one => one.IsSilenced).MutedBy).By);
    }
}
