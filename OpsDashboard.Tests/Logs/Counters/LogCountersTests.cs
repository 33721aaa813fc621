using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Counters;
using OpsDashboard.Logs.Files;
using OpsDashboard.Metrics;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Counters;

public sealed class LogCountersTests
{
    readonly LogCounters counters = new("here");

    static CatalogueSnapshot Catalogue(params LogCounter[] defined) => CatalogueSnapshot.Empty with
    {
        Environment = "test",
        Systems =
        [
            new()
            {
                Id = "shop", Name = "Shop", Short = "SH", Components = [], Targets = [],
                Documents = new Dictionary<Type, object> { [typeof(LogsDocument)] = new LogsDocument([new("/var/log", ["a.log"], "api", null, [], "f", 1)], defined) },
            },
        ],
    };

    static LogEntry Line(string message = "x", LineLevel level = LineLevel.Info, string? name = null, string? system = "shop", params LogField[] fields) => new()
    {
        At = FakeTimeProvider.DefaultStart,
        ReceivedAt = FakeTimeProvider.DefaultStart,
        Message = message,
        Level = level,
        Event = name,
        SystemId = system,
        Component = "api",
        Fields = fields,
    };

    static LogCounter Fatal => new("log_critical_errors_total", "h", new() { Levels = [LineLevel.Fatal] }, new Dictionary<string, string>());

    double? Value(string metric, params (string Name, string Value)[] labels) =>
        counters.Read().Where(one => one.Labels.Metric == metric && labels.All(label => one.Labels[label.Name] == label.Value)).Select(one => (double?)one.Value).SingleOrDefault();

    [Fact]
    public void Defined_BeforeAnyLine_StandsAtZero()
    {
        counters.Define(Catalogue(Fatal));
        Assert.Equal(0, Value("log_critical_errors_total", ("system", "shop"), ("component", "api"), ("environment", "test"), ("instance", "here"), ("job", "logs")));
        Assert.Equal(0, Value("log_lines_total", ("system", "shop"), ("level", "error")));
    }

    [Fact]
    public void Lines_AreCountedByLevelAndByWhatMatches()
    {
        counters.Define(Catalogue(Fatal, new("log_denied_total", "h", new() { Fields = [new("status", "401"), new("status", "403")] }, new Dictionary<string, string> { ["status"] = "status" })));
        counters.Count([Line(level: LineLevel.Fatal), Line(), Line(fields: new LogField("status", "401")), Line(fields: new LogField("status", "403")), Line(fields: new LogField("status", "401")), Line(system: null), Line(system: "other")]);
        Assert.Equal(1, Value("log_critical_errors_total"));
        Assert.Equal(4, Value("log_lines_total", ("level", "info")));
        Assert.Equal(2, Value("log_denied_total", ("status", "401")));
        Assert.Equal(1, Value("log_denied_total", ("status", "403")));
    }

    [Fact]
    public void Labels_OfManyValues_EndUnderOther()
    {
        counters.Define(Catalogue(new LogCounter("log_paths_total", "h", new() { Levels = [LineLevel.Info] }, new Dictionary<string, string> { ["path"] = "path" })));
        counters.Count([.. Enumerable.Range(0, LogCounters.MostSeries + 50).Select(i => Line(fields: new LogField("path", $"/{i}")))]);
        Assert.Equal(1, Value("log_paths_total", ("path", "/0")));
        Assert.Equal(50, Value("log_paths_total", ("path", "other")));
    }

    [Fact]
    public void Host_WritesEachSecondAndANewSeriesFromZero()
    {
        var (clock, samples) = (new FakeTimeProvider(), new MemoryAppender());
        using var host = new LogCounterHost(counters, new FakeCatalogue(), new LiveBus(NullLogger<LiveBus>.Instance), samples, new MonotoneClock(clock), clock, NullLogger<LogCounterHost>.Instance);
        counters.Define(Catalogue(new LogCounter("log_events_total", "h", new() { Levels = [LineLevel.Info] }, new Dictionary<string, string> { ["event"] = "event" })));
        host.Write();
        clock.Advance(TimeSpan.FromSeconds(1));
        counters.Count([Line(name: "begun")]);
        host.Write();
        var written = samples.Of("log_events_total");
        Assert.Equal([0.0, 1.0], written.Select(sample => sample.Value));
        Assert.Equal(1, written[1].At - written[0].At);
        counters.Define(Catalogue());
        clock.Advance(TimeSpan.FromSeconds(1));
        host.Write();
        Assert.True(StaleMarker.Is(samples.Of("log_events_total")[^1].Value));
        Assert.Equal(1, samples.Last("log_lines_total", ("level", "info")));
    }
}
