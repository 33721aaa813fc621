using OpsDashboard.Alerts.Story;
using OpsDashboard.Metrics.Charts;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class MovedWithTests
{
    static readonly TimeSpan Ago = TimeSpan.FromMinutes(10), Hour = TimeSpan.FromHours(1);

    readonly StoryWorld world = new(
        StoryWorld.Panel("Memory", Unit.Bytes, "heap_bytes"),
        StoryWorld.Panel("Errors", Unit.PerSecond, "errors"),
        StoryWorld.Panel("Players", Unit.Count, "players", new ChartLine(LineKind.Target, 5, "target")),
        StoryWorld.Panel("Never moves", Unit.Count, "version"),
        StoryWorld.Panel("Several lines", Unit.Count, "queue"),
        StoryWorld.Panel("Of another component", Unit.Count, "disk"),
        StoryWorld.Panel("No samples", Unit.Count, "nothing"),
        StoryWorld.Panel("No expression", Unit.Count, "sum("));

    MovedWith Moved => new(world.PromQl, world.Catalogue, world.Clock);

    void Record()
    {
        world.Record("heap_bytes", Hour, 15, ago => ago <= Ago.TotalSeconds ? 200 : 100);
        // Three spreads up; a third of a spread down; a quarter that no spread explains.
        world.Record("errors", Hour, 15, ago => ago <= Ago.TotalSeconds ? 13 : 10 + (ago / 30 % 2 == 0 ? 1 : -1));
        world.Record("players", Hour, 15, ago => ago <= Ago.TotalSeconds ? 99 : 100 + (ago / 30 % 2 == 0 ? 3 : -3));
        world.Record("version", Hour, 15, _ => 7);
        world.Record("queue", Hour, 15, ago => ago, ("shard", "one"));
        world.Record("queue", Hour, 15, ago => ago, ("shard", "two"));
        world.Samples.Add(OpsDashboard.Metrics.Labels.Of("disk", ("system", "shop"), ("component", "db")), world.Now.ToUnixTimeMilliseconds(), 1);
    }

    [Fact]
    public async Task Moved_TheMostUnusualOfTheSameComponent_StandFirst()
    {
        Record();
        var found = await Moved.ReadAsync(StoryWorld.Vera, world.Alert("heap_bytes > 150", Ago), 5, default);
        Assert.Equal(["Errors", "Players", "Never moves"], found.Select(companion => companion.Title));
        Assert.Equal((13, Unit.PerSecond, "errors"), (found[0].Value, found[0].Unit, found[0].Expression));
        Assert.Equal(3, found[0].Deviation, 1);
        Assert.Equal(-1.0 / 3, found[1].Deviation, 1);
        Assert.Equal((0, 5), (found[2].Deviation, Assert.Single(found[1].Lines).Value));
        Assert.Single(await Moved.ReadAsync(StoryWorld.Vera, world.Alert("heap_bytes > 150", Ago), 1, default));
    }

    [Fact]
    public async Task Moved_TooLittleBefore_HasNoDeviation()
    {
        world.Record("errors", TimeSpan.FromMinutes(2), 15, ago => ago < 60 ? 99 : 1);
        var found = Assert.Single(await Moved.ReadAsync(StoryWorld.Vera, world.Alert("heap_bytes > 150", TimeSpan.FromMinutes(1)), 5, default));
        Assert.Equal((99, 0), (found.Value, found.Deviation));
    }

    [Fact]
    public async Task Moved_AnAnswer_ServesForAWhile_AndForWhoAskedAlone()
    {
        Record();
        var (moved, alert) = (Moved, world.Alert("heap_bytes > 150", Ago));
        Assert.NotEmpty(await moved.ReadAsync(StoryWorld.Vera, alert, 5, default));
        var read = world.Samples.Selections;
        Assert.NotEmpty(await moved.ReadAsync(StoryWorld.Vera, alert, 5, default));
        Assert.Equal(read, world.Samples.Selections);
        Assert.Empty(await moved.ReadAsync(StoryWorld.OfTheGame, alert, 5, default));
        world.Clock.Advance(TimeSpan.FromSeconds(16));
        Assert.NotEmpty(await moved.ReadAsync(StoryWorld.Vera, alert, 5, default));
        Assert.True(world.Samples.Selections > read + 1);
    }

    [Fact]
    public async Task Moved_OfASystemThatNobodyKnows_IsNothing() =>
        Assert.Empty(await Moved.ReadAsync(StoryWorld.Vera, AnAlert.Of("Heap", "gone"), 5, default));
}
