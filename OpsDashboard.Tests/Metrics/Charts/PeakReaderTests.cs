using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Charts;

public sealed class PeakReaderTests
{
    const long Minute = 60_000, Hour = 60 * Minute;

    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "a")]);

    readonly FakeTimeProvider clock = new();
    readonly FakeSamples samples = new();
    readonly PeakReader peaks;

    public PeakReaderTests()
    {
        var promQl = new PromQlEngine(samples, clock);
        peaks = new(promQl, new(promQl, clock), clock);
    }

    long Midnight => new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeMilliseconds();

    void Record(string system, long from, long to, double value)
    {
        for (var at = from; at < to; at += Minute)
            samples.Add(Labels.Of("load", ("system", system)), at, value);
    }

    [Fact]
    public async Task Peak_IsTheHighestMinuteOfTheDayAndTheHourThatIsHighestOnAverage()
    {
        var yesterday = Midnight - (24 * Hour);
        Record("a", yesterday + (20 * Hour) + Minute, yesterday + (21 * Hour) + Minute, 40);
        Record("a", yesterday + (22 * Hour) + Minute, yesterday + (23 * Hour) + Minute, 10);
        samples.Add(Labels.Of("load", ("system", "a")), yesterday + (22 * Hour) + (30 * Minute), 90);
        samples.Add(Labels.Of("load", ("system", "b")), yesterday + (22 * Hour) + (30 * Minute), 900);
        clock.Advance(TimeSpan.FromMilliseconds(Midnight + Hour - clock.GetUtcNow().ToUnixTimeMilliseconds()));

        var peak = await peaks.ReadAsync("sum(load)", "sum(avg_over_time(load[1h]))", Ada, default);

        Assert.Equal((20, 2, 90d), (peak.Hour, peak.Hours, peak.Highest));
        Assert.InRange(peak.HighestAt!.Value, yesterday + (22 * Hour) + (30 * Minute), yesterday + (22 * Hour) + (31 * Minute));
    }

    [Fact]
    public async Task Peak_OfNothing_IsNone() => Assert.Equal(new(null, 0, null, null), await peaks.ReadAsync("load", "load", Ada, default));

    [Fact]
    public async Task Peak_OfAWrongExpression_OrForAStranger_IsRefused()
    {
        await Assert.ThrowsAsync<PromQlException>(async () => await peaks.ReadAsync("sum(", "load", Ada, default));
        await Assert.ThrowsAsync<PromQlException>(async () => await peaks.ReadAsync("load", "sum(", Ada, default));
        await Assert.ThrowsAsync<AccessDeniedException>(async () => await peaks.ReadAsync("load", "load", Actor.Stranger(null), default));
    }
}
