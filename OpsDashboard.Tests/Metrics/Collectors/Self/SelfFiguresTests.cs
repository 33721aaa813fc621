using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Exposition;
using OpsDashboard.Metrics.Collectors.Self;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Self;

public sealed class SelfFiguresTests
{
    sealed class Fixed(Action<SelfFigures> report) : ISelfFigures
    {
        public void Report(SelfFigures figures) => report(figures);
    }

    static SelfReport Report(params ISelfFigures[] sources)
    {
        var services = new ServiceCollection();
        foreach (var source in sources)
            services.AddSingleton(source);
        return new(services.BuildServiceProvider());
    }

    [Fact]
    public void ToText_IsReadByOurOwnParser()
    {
        var text = Report(new Fixed(figures =>
        {
            figures.Gauge("a", "First\nline \\ end", 0.1, ("x", "quote \" and \\"));
            figures.Counter("b_total", "B", 3);
            figures.Gauge("a", "First\nline \\ end", double.PositiveInfinity);
        })).Read().ToText();
        Assert.Equal("# HELP a First\\nline \\\\ end\n# TYPE a gauge\na{x=\"quote \\\" and \\\\\"} 0.1\na Infinity\n# HELP b_total B\n# TYPE b_total counter\nb_total 3\n".Replace("Infinity", "+Inf"), text);
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes(text), ExpositionFormat.Text);
        var samples = 0;
        for (var line = reader.Read(); line != ExpositionLine.End; line = reader.Read())
        {
            Assert.NotEqual(ExpositionLine.Malformed, line);
            samples += line == ExpositionLine.Sample ? 1 : 0;
        }
        Assert.Equal(3, samples);
    }

    [Fact]
    public async Task SelfCollector_StoresWhatMetricsTells()
    {
        var collect = new CollectOnce();
        var kind = new SelfKind(Report(new ProcessFigures(TimeProvider.System)));
        await collect.RunAsync(kind, SelfKind.BuiltIn("simulator"));
        Assert.True(collect.Samples.Last("process_resident_memory_bytes") > 1 << 20);
        Assert.True(collect.Samples.Last("process_cpu_seconds_total") > 0);
        Assert.Equal(3, collect.Samples.Of("dotnet_gc_collections_total").Count);
        Assert.Equal("ops-dashboard", collect.Samples.All[0].Series.Labels["system"]);
    }
}
