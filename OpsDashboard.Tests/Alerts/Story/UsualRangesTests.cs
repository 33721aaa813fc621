using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Tests.Alerts.Handling;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class UsualRangesTests
{
    readonly StoryWorld world = new();

    Measure Measured(Alert alert) => Measure.Of(alert.Expression, world.PromQl, world.Shop);

    UsualRanges Ranges(AlertRoom room) => new(world.PromQl, new(room.Book, room.Store));

    [Fact]
    public async Task Usual_IsTheMiddleOfTheWeekBefore_LessTheTimesInWhichItFired()
    {
        await using var room = await AlertRoom.OpenAsync();
        world.Clock.Advance(TimeSpan.FromDays(8));
        // 0 to 99 over and over; half a day long the same alert fired, with values of another size.
        world.Record("heap_bytes", TimeSpan.FromDays(8), 600, ago => ago is > 100_000 and < 143_200 ? 5000 : ago / 600 % 100);
        var alert = world.Alert("heap_bytes > 150");
        var before = alert with { Id = Guid.NewGuid(), ActiveAt = world.Now.AddSeconds(-143_300), FiredAt = world.Now.AddSeconds(-143_300), ResolvedAt = world.Now.AddSeconds(-99_900), State = AlertState.Resolved };
        await room.FireAsync(before with { State = AlertState.Firing, ResolvedAt = null });
        room.Clock.Advance(before.ResolvedAt!.Value - room.Clock.GetUtcNow());
        await room.ResolveAsync(before with { State = AlertState.Firing, ResolvedAt = null });

        var usual = await Ranges(room).ReadAsync(StoryWorld.Vera, alert, Measured(alert), default);

        Assert.InRange(usual!.Value.Low, 3, 6);
        Assert.InRange(usual.Value.High, 93, 97);
    }

    [Fact]
    public async Task Usual_OfAYoungStore_IsThatOfTheLastHour_OfAStillYoungerOneNone()
    {
        await using var room = await AlertRoom.OpenAsync();
        var alert = world.Alert("heap_bytes > 150");
        var ranges = Ranges(room);
        world.Record("heap_bytes", TimeSpan.FromMinutes(3), 15, _ => 50);
        Assert.Null(await ranges.ReadAsync(StoryWorld.Vera, alert, Measured(alert), default));
        world.Clock.Advance(TimeSpan.FromMinutes(40));
        world.Record("heap_bytes", TimeSpan.FromMinutes(40), 15, ago => 50 + (ago % 2));
        var later = world.Alert("heap_bytes > 150") with { Id = Guid.NewGuid() };
        Assert.Equal(new UsualSpan(50, 51), await ranges.ReadAsync(StoryWorld.Vera, later, Measured(later), default));
    }

    [Fact]
    public async Task Usual_IsKept_ForEachReaderByThemselves()
    {
        await using var room = await AlertRoom.OpenAsync();
        world.Record("heap_bytes", TimeSpan.FromMinutes(40), 15, _ => 50);
        var alert = world.Alert("heap_bytes > 150");
        var ranges = Ranges(room);
        Assert.Null(await ranges.ReadAsync(StoryWorld.OfTheGame, alert, Measured(alert), default));
        Assert.NotNull(await ranges.ReadAsync(StoryWorld.Vera, alert, Measured(alert), default));
        var read = world.Samples.Selections;
        Assert.NotNull(await ranges.ReadAsync(StoryWorld.Vera, alert, Measured(alert), default));
        Assert.Equal(read, world.Samples.Selections);
    }

    [Fact]
    public async Task Usual_OfWhatMeasuresNoOneValue_IsNone()
    {
        await using var room = await AlertRoom.OpenAsync();
        var alert = world.Alert("a > 1 or b > 1");
        Assert.Null(await Ranges(room).ReadAsync(StoryWorld.Vera, alert, Measured(alert), default));
        Assert.Null(await Ranges(room).ReadAsync(StoryWorld.Vera, alert with { Origin = AlertOrigin.External }, Measured(alert), default));
    }
}
