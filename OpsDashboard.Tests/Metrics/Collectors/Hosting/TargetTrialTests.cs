using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Hosting;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Hosting;

public sealed class TargetTrialTests
{
    static readonly Actor Admin = new("1", "Ada", ActorKind.Person, [new(Role.Admin, null)]);

    [Fact]
    public async Task Try_TargetThatAnswers_ShowsSeriesWithValuesAndHelp()
    {
        var outcome = await TryAsync(context =>
        {
            context.Describe("queue_depth", MetricKind.Gauge, "Entries that wait.");
            context.Add("queue_depth", 7, ("queue", "mail"));
            return CollectOutcome.Ok(1);
        });
        Assert.Null(outcome.Failure);
        var series = Assert.Single(outcome.Series);
        Assert.Equal(("queue_depth", 7, "Entries that wait."), (series.Metric, series.Value, series.Help));
        Assert.Contains("queue=\"mail\"", series.Labels);
    }

    [Fact]
    public async Task Try_TargetThatRefuses_SaysWhy()
    {
        var outcome = await TryAsync(_ => CollectOutcome.Failed(CollectFailure.Refused, "Nothing listens there."));
        Assert.Equal(("Refused", "Nothing listens there.", 0), (outcome.Failure, outcome.Reason, outcome.Found));
    }

    [Fact]
    public async Task Try_ManySeries_ShowsTheFirstAndCountsAll()
    {
        var outcome = await TryAsync(context =>
        {
            for (var i = 0; i < 500; i++)
                context.Add("many", i, ("index", $"{i}"));
            return CollectOutcome.Ok(500);
        });
        Assert.Equal((500, ITargetTrial.MaxSeries), (outcome.Found, outcome.Series.Count));
    }

    [Fact]
    public async Task Try_WithoutTheRight_IsRefusedBeforeAnythingIsSent()
    {
        var trial = new TargetTrial([new Kind(_ => throw new InvalidOperationException("must not run"))], new FakeTimeProvider());
        var responder = Admin with { Grants = [new(Role.Responder, null)] };
        await Assert.ThrowsAsync<AccessDeniedException>(() => trial.TryAsync(responder, CollectOnce.Target("fake", "a:1", new object()), CancellationToken.None));
    }

    static Task<TrialOutcome> TryAsync(Func<CollectContext, CollectOutcome> collect) =>
        new TargetTrial([new Kind(collect)], new FakeTimeProvider()).TryAsync(Admin, CollectOnce.Target("fake", "a:1", new object()), CancellationToken.None);

    sealed class Kind(Func<CollectContext, CollectOutcome> collect) : ICollectorKind
    {
        string ITargetKind.Kind => "fake";

        public object ReadOptions(YamlMap target) => new();

        public ICollector Create(Target target) => new Collector(collect);
    }

    sealed class Collector(Func<CollectContext, CollectOutcome> collect) : ICollector
    {
        public ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop) => ValueTask.FromResult(collect(context));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
