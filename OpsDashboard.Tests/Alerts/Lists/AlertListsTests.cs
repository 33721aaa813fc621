using OpsDashboard.Alerts.Lists;
using OpsDashboard.Tests.Alerts.Handling;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Lists;

public sealed class AlertListsTests
{
    [Fact]
    public async Task Lists_UntilAnAlertChanges_AreOneForAllWhoMaySeeEverything()
    {
        await using var room = await AlertRoom.OpenAsync();
        await room.FireAsync(AnAlert.Of("Slow", "shop"));
        var lists = new AlertLists(room.Handled);
        var before = lists.Of(AlertRoom.Chief, new());

        Assert.Same(before, lists.Of(AlertRoom.Viewer, new()));
        Assert.NotSame(before, lists.Of(AlertRoom.Chief, new(Severity: "critical")));

        await room.FireAsync(AnAlert.Of("Down", "shop"));
        Assert.Equal((1, 2), (before.Count, lists.Of(AlertRoom.Chief, new()).Count));
    }

    [Fact]
    public async Task Lists_AfterAnAcknowledgement_SayWhoHasIt()
    {
        await using var room = await AlertRoom.OpenAsync();
        var alert = AnAlert.Of("Slow", "shop");
        await room.FireAsync(alert);
        var lists = new AlertLists(room.Handled);
        Assert.Equal(1, lists.Of(AlertRoom.Chief, new()).Unowned);

        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new(), default);

        Assert.Equal(0, lists.Of(AlertRoom.Chief, new()).Unowned);
    }

    [Fact]
    public async Task Lists_OfOneSystemsPeopleAndOfMine_AreNobodyElses()
    {
        await using var room = await AlertRoom.OpenAsync();
        var (own, foreign) = (AnAlert.Of("Slow", "shop"), AnAlert.Of("Slow", "game"));
        await room.FireAsync(own, foreign);
        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Chief, [foreign.Id], new(), default);
        var lists = new AlertLists(room.Handled);

        Assert.Equal((2, 1), (lists.Of(AlertRoom.Chief, new()).Count, lists.Of(AlertRoom.Ada, new()).Count));
        Assert.Equal((1, 0), (lists.Of(AlertRoom.Chief, new(Owner: AlertFilter.Mine)).Count, lists.Of(AlertRoom.Viewer, new(Owner: AlertFilter.Mine)).Count));
    }

    [Fact]
    public async Task Lists_OfMoreFiltersThanAreShared_AreTrueAllTheSame()
    {
        await using var room = await AlertRoom.OpenAsync();
        await room.FireAsync(AnAlert.Of("Slow", "shop"));
        var lists = new AlertLists(room.Handled);

        var counts = Enumerable.Range(0, 40).Select(number => lists.Of(AlertRoom.Chief, new(Text: number == 39 ? "slow" : $"no such {number}")).Count).ToArray();

        Assert.Equal((1, 1), (counts.Sum(), counts[39]));
    }
}
