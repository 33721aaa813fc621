using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

public class EngineTests
{
    readonly FakeSamples samples = new();

    public EngineTests()
    {
        for (var i = 0; i < 100; i++)
        {
            samples.Add(Labels.Of("load", ("system", "shop")), i * 1_000, i);
            samples.Add(Labels.Of("load", ("system", "game")), i * 1_000, i);
            samples.Add(Labels.Of("load"), i * 1_000, i);
        }
    }

    PromQlEngine Engine(EvaluationLimits? limits = null) => new(samples, TimeProvider.System, limits);

    [Fact]
    public async Task Range_OfManySteps_ReadsEachSelectorOnce()
    {
        await Engine().Parse("sum(rate(load[10s])) / sum(load) + max_over_time(sum(load)[20s:5s])").RangeAsync(20_000, 90_000, 1_000, new SelectOptions(1_000), default);
        Assert.Equal(3, samples.Selections);
    }

    [Fact]
    public async Task Range_WithCoarseSteps_AsksRangesForEnoughPoints()
    {
        await Engine().Parse("rate(load[1m]) + load").RangeAsync(0, 90_000, 60_000, new SelectOptions(60_000), default);
        Assert.Equal([15_000, 60_000], samples.Asked.Select(options => options.Step));
    }

    [Fact]
    public async Task Evaluation_BeyondALimit_SaysWhich()
    {
        var samplesLimit = await Assert.ThrowsAsync<QueryLimitException>(() => Engine(new(50, 10, TimeSpan.FromMinutes(1))).Parse("sum(load)").InstantAsync(90_000, new(), default).AsTask());
        Assert.Contains("50", samplesLimit.Message, StringComparison.Ordinal);
        var seriesLimit = await Assert.ThrowsAsync<QueryLimitException>(() => Engine(new(5_000, 2, TimeSpan.FromMinutes(1))).Parse("load").InstantAsync(90_000, new(), default).AsTask());
        Assert.Contains("2 series", seriesLimit.Message, StringComparison.Ordinal);
        var timeout = await Assert.ThrowsAsync<QueryLimitException>(() => Engine(new(5_000, 10, TimeSpan.FromTicks(-1))).Parse("load").RangeAsync(0, 90_000, 1_000, new(), default).AsTask());
        Assert.True(timeout.IsTimeout);
    }

    [Fact]
    public async Task Language_ForAViewer_ReadsOnlyTheirSystems()
    {
        var viewer = new Actor("v", "V", ActorKind.Person, [new(Role.Viewer, "shop")]);
        foreach (var text in new[] { "load", "load{system=\"game\"} or load", "last_over_time(load[1m])", "max_over_time(load[1m:1s])", "load{system=~\".*\"}", "{__name__=~\".+\"}" })
        {
            var answer = await Engine().For(viewer).Parse(text).InstantAsync(99_000, new(), default);
            Assert.Equal(["shop"], answer.Series.Select(series => series.Labels["system"]));
        }
        var everything = await Engine().For(Actor.Program).Parse("count(load)").InstantAsync(99_000, new(), default);
        Assert.Equal(3, everything.Series[0].Samples[0].Value);
        Assert.Throws<AccessDeniedException>(() => Engine().For(Actor.Stranger(null)));
    }

    [Fact]
    public async Task Grant_WithPatternCharacters_IsTakenLiterally()
    {
        var viewer = new Actor("v", "V", ActorKind.Person, [new(Role.Viewer, ".*")]);
        var answer = await Engine().For(viewer).Parse("load").InstantAsync(99_000, new(), default);
        Assert.Empty(answer.Series);
    }

    [Fact]
    public void Follow_OfAViewer_HearsOnlyTheirSystems()
    {
        var heard = 0;
        var granted = new GrantedSamples(samples, new("v", "V", ActorKind.Person, [new(Role.Viewer, "shop")]));
        using (granted.Follow([LabelMatcher.Metric("load")], () => heard++))
        {
            samples.Add(Labels.Of("load", ("system", "game")), 200_000, 1);
            samples.Add(Labels.Of("load", ("system", "shop")), 200_000, 1);
        }
        Assert.Equal(1, heard);
    }
}
