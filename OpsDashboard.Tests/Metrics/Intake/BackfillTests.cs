using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Intake.OpenMetrics;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Intake;

public sealed class BackfillTests
{
    [Fact]
    public async Task TooManySeries_AreRefusedBeforeAnythingIsStored()
    {
        var appender = new MemoryAppender();
        var lines = string.Concat(Enumerable.Range(0, 6).Select(number => $"m{{n=\"{number % 3}\"}} 1 {1_700_000_000 + number}\n"));
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(lines + "# EOF\n"));

        await Assert.ThrowsAsync<SeriesLimitException>(() => new Backfill(appender, maxSeries: 2).RunAsync(file, Actor.Program, CancellationToken.None));
        Assert.Empty(appender.All);
        file.Position = 0;
        Assert.Equal(3, (await new Backfill(appender, maxSeries: 3).RunAsync(file, Actor.Program, CancellationToken.None)).Series);
    }
}
