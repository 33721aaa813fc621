using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Charts;

public sealed class PanelTablesTests
{
    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Viewer, null)]);

    readonly FakeTimeProvider clock = new();
    readonly FakeSamples samples = new();
    readonly PanelTables tables;

    public PanelTablesTests() => tables = new(new PromQlEngine(samples, clock), clock);

    long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    static Panel Table(params PanelQuery[] queries) => new("volumes", "Volumes", Unit.Ratio, queries, [], Bands.None, null, PanelShow.Bars, "mount");

    [Fact]
    public async Task Table_JoinsExpressionsByTheLabelOfItsRows()
    {
        samples.Add(Labels.Of("used", ("system", "a"), ("mount", "/")), Now, 0.5);
        samples.Add(Labels.Of("used", ("system", "a"), ("mount", "/data")), Now, 0.9);
        samples.Add(Labels.Of("free", ("system", "a"), ("mount", "/data")), Now, 10e9);
        var table = await tables.ReadAsync(Table(new("used", "used"), new("free", "free", Unit.Bytes)), Ada, default);
        Assert.Equal([new("used", Unit.Ratio), new("free", Unit.Bytes)], table.Columns);
        Assert.Equal(["/", "/data"], table.Rows.Select(row => row.Name));
        Assert.Equal([0.5, null], table.Rows[0].Values);
        Assert.Equal([0.9, 10e9], table.Rows[1].Values);
        Assert.Equal(1, table.FullBar);
    }

    [Fact]
    public async Task Table_IsSharedForSeconds_ButNotAcrossGrants()
    {
        samples.Add(Labels.Of("used", ("system", "a"), ("mount", "/")), Now, 0.5);
        samples.Add(Labels.Of("used", ("system", "b"), ("mount", "/b")), Now, 0.6);
        var panel = Table(new PanelQuery("used"));
        Assert.Equal(2, (await tables.ReadAsync(panel, Ada, default)).Rows.Count);
        var bob = new Actor("bob", "Bob", ActorKind.Person, [new(Role.Viewer, "b")]);
        Assert.Equal("/b", Assert.Single((await tables.ReadAsync(panel, bob, default)).Rows).Name);
        await tables.ReadAsync(panel, Ada, default);
        Assert.Equal(2, samples.Selections);
        clock.Advance(TimeSpan.FromSeconds(5));
        await tables.ReadAsync(panel, Ada, default);
        Assert.Equal(3, samples.Selections);
        await Assert.ThrowsAsync<AccessDeniedException>(async () => await tables.ReadAsync(panel, Actor.Stranger(null), default));
    }

    [Fact]
    public async Task Table_OfAWrongExpression_SaysSo() =>
        Assert.NotNull((await tables.ReadAsync(Table(new PanelQuery("sum(")), Ada, default)).Problem);

    [Fact]
    public async Task Hours_HaveAGapWhereNothingWasRecorded()
    {
        var midnight = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-1).ToUnixTimeMilliseconds();
        const long hour = 3_600_000;
        for (var at = midnight + (20 * hour) + 60_000; at <= midnight + (21 * hour); at += 60_000)
            samples.Add(Labels.Of("players", ("system", "a")), at, 40);
        for (var at = midnight + (22 * hour) + 60_000; at <= midnight + (23 * hour); at += 60_000)
            samples.Add(Labels.Of("players", ("system", "a")), at, 10);
        var panel = new Panel("popular", "Popular", Unit.Count, [new("sum(avg_over_time(players[1h]))")], [], Bands.None, null, PanelShow.Hours);
        var hours = await tables.ReadHoursAsync(panel, Ada, default);
        Assert.Equal(7, hours.Days.Count);
        Assert.Equal((40.0, null, 10.0), (hours.Values[5][20], hours.Values[5][21], hours.Values[5][22]));
        Assert.Equal((40.0, 20), (hours.Highest, hours.PeakHour));
        Assert.All(hours.Values.Take(5), day => Assert.All(day, Assert.Null));
    }
}
