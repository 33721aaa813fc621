using Microsoft.Data.Sqlite;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Charts;

public sealed class ChartHistoryTests
{
    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "shop")]);

    [Fact]
    public async Task MarkersThatCannotBeRead_TakeNoChartAway_AndAreSaid()
    {
        var clock = new FakeTimeProvider();
        var samples = new FakeSamples();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000;
        samples.Add(Labels.Of("up", ("system", "shop")), now, 1);
        var history = new ChartHistory(new PromQlEngine(samples, clock), [new Marks(null), new Marks(new SqliteException("full", 13))]);

        var answer = await history.ReadAsync(["up"], new(now - 10_000, now, 1000), "shop", Ada, default);

        Assert.Single(answer.Series);
        Assert.Equal("Deployed", Assert.Single(answer.Markers).Text);
        Assert.Equal(["The database does not answer: alerts and changes are not marked."], answer.Warnings);
        await Assert.ThrowsAsync<AccessDeniedException>(async () => await history.MarkersAsync(0, now, "shop", Actor.Stranger(null), default));
    }

    sealed class Marks(Exception? failure) : IChartMarkers
    {
        public ValueTask<IReadOnlyList<ChartMarker>> MarkersAsync(long from, long to, string? systemId, Actor actor, CancellationToken stop) =>
            failure is null ? new([new ChartMarker(systemId, from, null, "deployment", "Deployed")]) : throw failure;
    }
}
