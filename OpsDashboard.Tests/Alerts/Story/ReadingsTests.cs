using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Story;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class ReadingsTests
{
    readonly StoryWorld world = new();

    Readings Readings => new(world.PromQl, world.Catalogue, world.Clock);

    static AlertRule Rule(params AlertLevel[] levels) =>
        new("Heap", "heap_bytes > 100", TimeSpan.Zero, new Dictionary<string, string>(), new Dictionary<string, string>(), "", 1) { Id = "shop/g/Heap", Extras = new() { Levels = levels } };

    [Fact]
    public async Task Read_RisingValue_SaysHowFastAndWhenTheNextLevelIsReached()
    {
        // Ten a minute, 160 now, for the alert's own pod; another pod is elsewhere.
        world.Record("heap_bytes", TimeSpan.FromMinutes(5), 5, ago => 160 - (ago / 6), ("pod", "one"));
        world.Record("heap_bytes", TimeSpan.FromMinutes(5), 5, _ => 9000, ("pod", "two"));
        var alert = world.Alert("heap_bytes > 100", labels: ("pod", "one"));
        var reading = await Readings.ReadAsync(StoryWorld.Vera, alert, Rule(new AlertLevel("critical", 200), new AlertLevel("warning", 100)), default);
        Assert.Equal((160, world.Now, TrendWay.Rising), (reading.Value, reading.SampleAt, reading.Trend.Way));
        Assert.Equal(10, reading.Trend.PerMinute, 3);
        Assert.Equal((200, "critical"), (reading.Level, reading.LevelName));
        Assert.Equal(4, (reading.LevelAt!.Value - world.Now).TotalMinutes, 1);
    }

    [Fact]
    public async Task Read_FallingValue_IsOnItsWayBackToTheLimit()
    {
        world.Record("heap_bytes", TimeSpan.FromMinutes(5), 5, ago => 140 + (ago / 6));
        var reading = await Readings.ReadAsync(StoryWorld.Vera, world.Alert("heap_bytes > 100"), Rule(), default);
        Assert.Equal((140, TrendWay.Falling, 100, "limit"), (reading.Value, reading.Trend.Way, reading.Level, reading.LevelName));
    }

    [Fact]
    public async Task Read_SteadyValue_HasNoNextLevel()
    {
        world.Record("heap_bytes", TimeSpan.FromMinutes(5), 5, _ => 140);
        var reading = await Readings.ReadAsync(StoryWorld.Vera, world.Alert("heap_bytes > 100"), Rule(new AlertLevel("critical", 200)), default);
        Assert.Equal((140, Trend.Steady, null, null), (reading.Value, reading.Trend, reading.Level, reading.LevelAt));
    }

    [Fact]
    public async Task Read_SamplesThatStopped_AreNoValue()
    {
        world.Record("heap_bytes", TimeSpan.FromMinutes(2), 5, _ => 140);
        world.Clock.Advance(TimeSpan.FromMinutes(6));
        var reading = await Readings.ReadAsync(StoryWorld.Vera, world.Alert("heap_bytes > 100"), Rule(), default);
        Assert.Equal((null, null, Trend.Steady, null), (reading.Value, reading.SampleAt, reading.Trend, reading.Problem));
    }

    [Fact]
    public async Task Read_ForWhoMayNotReadTheSystem_IsEmpty_AndWhatCannotBeRead_SaysWhy()
    {
        world.Record("heap_bytes", TimeSpan.FromMinutes(5), 5, _ => 140);
        Assert.Null((await Readings.ReadAsync(StoryWorld.OfTheGame, world.Alert("heap_bytes > 100"), Rule(), default)).Value);
        Assert.NotNull((await Readings.ReadAsync(OpsDashboard.Audit.Actor.Stranger(null), world.Alert("heap_bytes > 100"), Rule(), default)).Problem);
    }

    [Fact]
    public async Task Read_OfAnotherPrometheus_IsWhatItSent()
    {
        var alert = world.Alert("heap_bytes > 100") with { Origin = AlertOrigin.External, Value = 7 };
        Assert.Equal(7, (await Readings.ReadAsync(StoryWorld.Vera, alert, null, default)).Value);
        Assert.Null((await Readings.ReadAsync(StoryWorld.Vera, alert with { Value = double.NaN }, null, default)).Value);
        Assert.Null(await Readings.AtAsync(StoryWorld.Vera, alert, world.Now, default));
    }

    [Fact]
    public async Task At_AnInstant_IsTheValueOfThen()
    {
        world.Record("heap_bytes", TimeSpan.FromMinutes(10), 5, ago => ago);
        var alert = world.Alert("heap_bytes > 100");
        Assert.Equal(300, await Readings.AtAsync(StoryWorld.Vera, alert, world.Now - TimeSpan.FromMinutes(5), default));
        Assert.Null(await Readings.AtAsync(StoryWorld.Vera, alert, world.Now - TimeSpan.FromHours(1), default));
        Assert.Null(await Readings.AtAsync(StoryWorld.Vera, world.Alert("a > 1 or b > 1"), world.Now, default));
    }
}
