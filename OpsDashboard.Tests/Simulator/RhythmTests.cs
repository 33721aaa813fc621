using OpsDashboard.Simulator.Parts;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

public sealed class RhythmTests
{
    static readonly DateTimeOffset Midnight = new(2026, 11, 18, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Level_SameSeedAndTime_IsTheSame()
    {
        var at = Midnight.AddHours(13.37);
        Assert.Equal(new Rhythm(7, 20).Level(at), new Rhythm(7, 20).Level(at));
        Assert.NotEqual(new Rhythm(7, 20).Level(at), new Rhythm(8, 20).Level(at));
    }

    [Fact]
    public void Level_OverADay_StaysInBoundsAndPeaksAtThePeakHour()
    {
        var rhythm = new Rhythm(7, 20);
        var levels = Enumerable.Range(0, 1440).Select(minute => rhythm.Level(Midnight.AddMinutes(minute))).ToArray();
        Assert.All(levels, level => Assert.InRange(level, 0, 1));
        Assert.True(levels[20 * 60] > levels[8 * 60] + 0.4);
    }

    [Fact]
    public void Level_InOneSecond_NeverJumps()
    {
        var rhythm = new Rhythm(7, 20);
        for (var second = 1; second < 7200; second++)
            Assert.InRange(Math.Abs(rhythm.Level(Midnight.AddSeconds(second)) - rhythm.Level(Midnight.AddSeconds(second - 1))), 0, 0.02);
    }

    [Fact]
    public async Task Systems_SameSeed_GiveTheSameDay()
    {
        await using var one = new SimulatedFleet();
        await using var other = new SimulatedFleet();
        one.Run(60);
        other.Run(60);
        foreach (var system in one.Fleet.Systems)
            Assert.Equal(system.Expositions(), other.Fleet.Find(system.Id)!.Expositions());
    }
}
