using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Lists;
using OpsDashboard.Tests.Alerts.Handling;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Lists;

public sealed class AlertListTests
{
    static HandledAlert Handled(Alert alert, string? owner = null) =>
        new(alert, owner is null ? null : new() { AlertId = alert.Id, OwnerId = owner, OwnerName = owner, Note = "", At = alert.ActiveAt }, []);

    static AlertList List(params HandledAlert[] alerts) => AlertList.From(alerts, new(), AlertRoom.Chief);

    static string[] Names(AlertList list) => [.. list.Bundles.Select(bundle => bundle.Name)];

    [Fact]
    public void List_PutsFirstWhatNeedsAPerson()
    {
        var list = List(
            Handled(AnAlert.Of("Owned", "shop"), "ada"),
            Handled(AnAlert.Of("Mild", "shop", severity: "warning")),
            Handled(AnAlert.Of("Bad", "shop")),
            Handled(AnAlert.Of("Coming", "shop") with { State = AlertState.Pending, FiredAt = null }));

        Assert.Equal(["Bad", "Owned", "Mild", "Coming"], Names(list));
        Assert.Equal((4, 3, 2), (list.Count, list.Firing, list.Unowned));
    }

    [Fact]
    public void List_BundlesOneNameOfOneSystem()
    {
        var list = List(Handled(AnAlert.Of("Slow", "shop", "api")), Handled(AnAlert.Of("Slow", "shop", "web"), "ada"), Handled(AnAlert.Of("Slow", "game")));

        Assert.Equal(["shop/Slow", "game/Slow"], list.Bundles.Select(bundle => bundle.Key).OrderDescending());
        var bundle = list.Bundles.Single(one => one.SystemId == "shop");
        Assert.Equal((2, 1, "api"), (bundle.Alerts.Count, bundle.Owned, bundle.Worst.Alert.ComponentId));
    }

    [Fact]
    public void List_RootCauseStandsFirst_WithAllThatItExplainsBeneath()
    {
        var root = AnAlert.Of("ComponentDown", "shop", "database");
        var child = AnAlert.Of("ComponentDown", "shop", "api") with { InhibitedBy = root.Id };
        var grandchild = AnAlert.Of("Slow", "shop", "web") with { InhibitedBy = child.Id };

        var list = List(Handled(grandchild), Handled(child), Handled(root));

        var listed = Assert.Single(Assert.Single(list.Bundles).Alerts);
        Assert.Equal(root.Id, listed.One.Alert.Id);
        Assert.Equal([child.Id, grandchild.Id], listed.Explains.Select(one => one.Alert.Id));
        Assert.Equal(1, list.Unowned);
    }

    [Fact]
    public void List_CauseThatTheFilterHides_LeavesWhatItExplainsInTheList()
    {
        var root = AnAlert.Of("ComponentDown", "shop", "database");
        var child = AnAlert.Of("Slow", "shop", "api", "warning") with { InhibitedBy = root.Id };
        Assert.Equal(["Slow"], Names(AlertList.From([Handled(root), Handled(child)], new(Severity: "warning"), AlertRoom.Chief)));
    }

    [Fact]
    public void Renewed_KeepsPlaces_AndTellsTheNewState()
    {
        var (first, second) = (AnAlert.Of("A", "shop"), AnAlert.Of("B", "shop"));
        second = second with { FiredAt = first.FiredAt!.Value.AddSeconds(1) };
        var before = List(Handled(first), Handled(second));
        var owned = new[] { Handled(first, "ada"), Handled(second) };

        var renewed = before.Renewed(owned);

        Assert.False(AlertList.From(owned, new(), AlertRoom.Chief).SameOrder(before));
        Assert.True(renewed.SameOrder(before));
        Assert.Equal("ada", renewed.Bundles[0].Worst.Acknowledgement?.OwnerName);
        Assert.True(before.Renewed([Handled(second)]).SameOrder(before));
    }

    [Fact]
    public void Filter_ShowsWhatTheAddressSays()
    {
        var watchdog = AnAlert.Of("Watchdog", null) with { RuleId = "/opsdashboard/Watchdog" };
        HandledAlert[] all = [Handled(watchdog), Handled(AnAlert.Of("Heap", "shop", labels: ("instance", "web-7"))), Handled(AnAlert.Of("Disk", "game", severity: "warning"), "chief"), Handled(AnAlert.Of("Old", "shop") with { State = AlertState.Resolved })];
        string[] Shown(AlertFilter filter) => [.. Names(AlertList.From(all, filter, AlertRoom.Chief)).Order()];

        Assert.Equal(["Disk", "Heap"], Shown(new()));
        Assert.Equal(["Disk", "Heap", "Old", "Watchdog"], Shown(new("all")));
        Assert.Equal(["Old"], Shown(new("resolved")));
        Assert.Equal(["Heap"], Shown(new(Text: "WEB-7")));
        Assert.Equal(["Disk"], Shown(new(Owner: "me")));
        Assert.Equal(["Heap"], Shown(new(Owner: "none")));
        Assert.Equal(["Disk"], Shown(new(Severity: "warning", System: "game", Silenced: "no")));
        Assert.Equal("alerts?severity=warning&q=a%20b&page=3", new AlertFilter(Severity: "warning", Text: "a b").Url(2));
    }

    [Fact]
    public void Choice_MeansRowsGroupsOrAll_AndOnlyWhatIsOpenAndTheActors()
    {
        var (heap, slow, other, over) = (AnAlert.Of("Heap", "shop"), AnAlert.Of("Slow", "shop"), AnAlert.Of("Heap", "game"), AnAlert.Of("Over", "shop") with { State = AlertState.Resolved });
        HandledAlert[] all = [Handled(heap), Handled(slow), Handled(other), Handled(over)];
        IReadOnlyList<Guid> Chosen(params (string Name, string Value)[] fields) =>
            AlertChoice.Of(new FormCollection(fields.GroupBy(field => field.Name).ToDictionary(group => group.Key, group => new StringValues([.. group.Select(field => field.Value)])))).In(all, AlertRoom.Ada);

        Assert.Equal([heap.Id], Chosen(("alert", $"{heap.Id}"), ("alert", $"{over.Id}"), ("alert", "nonsense")));
        Assert.Equal([slow.Id], Chosen(("group", "shop/Slow")));
        Assert.Equal([heap.Id, slow.Id], Chosen(("all", "true")));
        Assert.Equal([heap.Id], Chosen(("all", "true"), ("q", "heap")));
        Assert.Empty(Chosen(("alert", $"{other.Id}")));
    }
}
