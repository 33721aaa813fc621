using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors;

public sealed class CollectRunTests
{
    readonly MemoryAppender appender = new();

    CollectRun Run() => new(CollectOnce.Target("http", "http://a", new object()), appender, new FakeTimeProvider());

    [Fact]
    public void Add_CarriesTheTargetsLabels()
    {
        var run = Run();
        run.Begin(1000);
        run.Add("probe_success", 1, ("phase", "connect"));
        var sample = Assert.Single(run.Samples.ToArray());
        Assert.Equal(Labels.Of("probe_success", ("system", "liap-tui"), ("component", "api"), ("environment", "simulator"), ("job", "job"), ("instance", "test:1"), ("phase", "connect")), sample.Series.Labels);
        Assert.Equal((1000, 1), (sample.At, sample.Value));
    }

    [Fact]
    public void Add_ClashWithATargetLabel_IsExported()
    {
        var run = Run();
        run.Begin(1000);
        run.Add("rooms", 3, ("instance", "inner"), ("exported_instance", "older"));
        var labels = run.Samples[0].Series.Labels;
        Assert.Equal(("test:1", "older", "inner"), (labels["instance"], labels["exported_instance"], labels["exported_exported_instance"]));
    }

    [Fact]
    public void Add_SameLabelsTwice_ResolvesOnce()
    {
        var run = Run();
        run.Begin(1000);
        run.Add("a", 1, ("x", "1"));
        run.Begin(2000);
        run.Add("a", 2, ("x", "1"));
        run.Add("a", 3, ("x", "2"));
        Assert.Equal([2.0, 3.0], run.Samples.ToArray().Select(sample => sample.Value));
        Assert.NotSame(run.Samples[0].Series, run.Samples[1].Series);
    }

    [Fact]
    public void Identify_HonorLabels_NeverGivesAwayTheSystem()
    {
        var labels = new TargetLabels(CollectOnce.Target("prometheus", "a:1", new object())).Identify([new(Labels.NameLabel, "m"), new("system", "other"), new("job", "theirs")], honorLabels: true);
        Assert.Equal(("liap-tui", "other", "theirs", null), (labels["system"], labels["exported_system"], labels["job"], labels["exported_job"]));
    }
}
