using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class GoalFigureTests
{
    readonly FakeSamples samples = new();

    [Theory]
    [InlineData("up", "database", new double[] { 0 })]
    [InlineData("up", null, new double[] { 0, 1 })]
    [InlineData("up", "cache", new double[] { 0, 1 })]
    [InlineData("sum(up)", "database", new double[] { 1 })]
    [InlineData("up", "a\"$1\\", new double[] { 0, 1 })]
    public async Task Of_Component_IsItsOwnFigureOrAllWhereNoneCarriesIt(string measured, string? component, double[] values)
    {
        samples.Add(Labels.Of("up", ("component", "backend")), 1_000, 1);
        samples.Add(Labels.Of("up", ("component", "database")), 1_000, 0);
        var result = await new PromQlEngine(samples, TimeProvider.System).Parse(GoalFigure.Of(measured, component)).InstantAsync(1_000, new(), default);
        Assert.Equal(values, result.Series.Select(series => series.Samples[0].Value).Order());
    }
}
