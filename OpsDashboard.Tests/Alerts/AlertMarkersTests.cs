using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Tests.Alerts.Handling;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class AlertMarkersTests
{
    static readonly Actor Stranger = Actor.Stranger(null);

    static async Task<IReadOnlyList<ChartMarker>> ReadAsync(AlertRoom room, Actor actor, string? system = "shop")
    {
        var now = room.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return await new AlertMarkers(new(room.Book, room.Store)).MarkersAsync(now - 3_600_000, now, system, actor, default);
    }

    [Fact]
    public async Task Alert_IsMarkedFromItsFiringToItsEnd()
    {
        await using var room = await AlertRoom.OpenAsync();
        var (heap, slow) = (AnAlert.Of("Heap"), AnAlert.Of("Slow", severity: "warning"));
        var odd = AnAlert.Of("Anomaly", severity: "info", labels: ("kind", "anomaly"));
        await room.FireAsync(heap, slow, odd, AnAlert.Of("Watchdog", severity: "none"), AnAlert.Of("Heap", "other"));
        room.Clock.Advance(TimeSpan.FromMinutes(5));
        await room.ResolveAsync(heap);
        room.Clock.Advance(TimeSpan.FromMinutes(20));

        var markers = (await ReadAsync(room, AlertRoom.Ada)).ToDictionary(marker => marker.Kind);

        Assert.Equal(["alert", "anomaly", "warning"], markers.Keys.Order());
        var fired = heap.FiredAt!.Value.ToUnixTimeMilliseconds();
        Assert.Equal((fired, fired + 300_000, "Heap is wrong", $"alerts/{heap.Id}"), (markers["alert"].At, markers["alert"].Until, markers["alert"].Text, markers["alert"].Url));
        // It fires still: the mark does not end inside the chart.
        Assert.True(markers["warning"].Until > room.Clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Alert_OfAnotherSystem_IsForThoseWhoMayReadIt()
    {
        await using var room = await AlertRoom.OpenAsync();
        await room.FireAsync(AnAlert.Of("Heap"), AnAlert.Of("Heap", "other"));
        Assert.Equal("shop", Assert.Single(await ReadAsync(room, AlertRoom.Ada, null)).SystemId);
        Assert.Empty(await ReadAsync(room, AlertRoom.Ada, "other"));
        Assert.Equal(2, (await ReadAsync(room, AlertRoom.Viewer, null)).Count);
        Assert.Empty(await ReadAsync(room, Stranger));
    }
}
