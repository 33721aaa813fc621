using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications.InApp;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Alerts.Routing;
using OpsDashboard.Tests.Alerts.Story;
using OpsDashboard.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications.InApp;

public sealed class AnnouncementsTests
{
    static Announcements Of(StoryRoom story, string? routing = null) => new(story.Room.Handled, story.Notifications.Log, new Fixed(RoutingText.Snapshot(routing ?? StoryRoom.InApp, StoryRoom.Extras)), story.Room.Clock);

    [Fact]
    public async Task Beginning_IsSaidAtOnce_AndNotAgainByItsNotification()
    {
        await using var story = await StoryRoom.OpenAsync();
        await story.Notifications.RoundAsync();
        var page = Of(story);
        var before = AnAlert.Of("Before");
        await story.Room.FireAsync(before);
        Assert.Empty(await page.NextAsync(AlertRoom.Ada, default));

        var alert = AnAlert.Of("Heap");
        await story.Room.FireAsync(alert, AnAlert.Of("Foreign", "game"));
        var said = Assert.Single(await page.NextAsync(AlertRoom.Ada, default));
        Assert.Equal(("CRITICAL: Heap is wrong", $"alerts/{alert.Id}", true, true), (said.Title, said.Url, said.IsFiring, said.IsUrgent));
        await story.Notifications.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(await page.NextAsync(AlertRoom.Ada, default));

        await story.Room.ResolveAsync(alert, before);
        await story.Notifications.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["Resolved: Before is wrong", "Resolved: Heap is wrong"], (await page.NextAsync(AlertRoom.Ada, default)).Select(one => one.Title).Order());
        Assert.Equal(4, page.Latest.Count);
    }

    [Fact]
    public async Task Beginning_OfWhatRoutingSendsElsewhere_OrSomebodyHas_IsNotSaid()
    {
        await using var story = await StoryRoom.OpenAsync();
        var page = Of(story, """
            route: { receiver: dashboard, routes: [{ receiver: quiet, matchers: [alertname="Night"] }] }
            receivers: [{ name: dashboard }, { name: quiet }]
            """);
        await page.NextAsync(AlertRoom.Ada, default);
        var owned = AnAlert.Of("Owned");
        await story.Room.FireAsync(AnAlert.Of("Night"), owned, AnAlert.Of("Note", severity: "info"));
        await story.Room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [owned.Id], new(), default);
        Assert.Empty(await page.NextAsync(AlertRoom.Ada, default));
    }

    [Fact]
    public async Task Storm_IsOneSentence()
    {
        await using var story = await StoryRoom.OpenAsync();
        var page = Of(story);
        await page.NextAsync(AlertRoom.Ada, default);
        await story.Room.FireAsync([.. Enumerable.Range(0, 40).Select(i => AnAlert.Of("Heap", labels: ("pod", $"{i}")))]);
        var said = Assert.Single(await page.NextAsync(AlertRoom.Ada, default));
        Assert.Equal(("40 alerts begin to fire", "alerts"), (said.Title, said.Url));
    }

    sealed class Fixed(CatalogueSnapshot snapshot) : ICatalogue
    {
        public CatalogueSnapshot Current => snapshot;

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
    }
}
