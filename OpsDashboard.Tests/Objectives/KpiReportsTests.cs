using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Objectives;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Objectives;

public sealed class KpiReportsTests
{
    static readonly Actor Manager = new("m", "manager", ActorKind.Person, [new(Role.Viewer, null)]);
    static readonly Month November = new(2026, 11);

    // Two hours of data before the clock's start, one sample a minute.
    readonly FakeTimeProvider clock = new();
    readonly FakeSamples samples = new();
    readonly Dictionary<RecoveryClass, TimeSpan> rto = [];
    readonly CountedRecoveries recoveries = new((DateTimeOffset.FromUnixTimeMilliseconds(November.From), new(3, 2, 1)));
    readonly KpiReports reports;

    public KpiReportsTests()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var at = now - 7_200_000; at <= now; at += 60_000)
        {
            foreach (var system in new[] { "a", "b" })
            {
                samples.Add(Labels.Of("up", ("system", system), ("instance", "1")), at, 1);
                samples.Add(Labels.Of("heap", ("system", system)), at, 150);
            }
            var minutes = (at - now + 7_200_000) / 60_000.0;
            samples.Add(Labels.Of("requests_total", ("system", "a"), ("status", "200")), at, 98 * minutes);
            samples.Add(Labels.Of("requests_total", ("system", "a"), ("status", "500")), at, 2 * minutes);
            samples.Add(Labels.Of("probe_success", ("system", "a"), ("job", "health")), at, minutes < 60 ? 0 : 1);
        }
        reports = new(new(new PromQlEngine(samples, clock), samples), new Fixed(SystemOf("a",
            KpiOf("errors", "sum(rate(requests_total{status=\"500\"}[5m])) / sum(rate(requests_total[5m]))", Unit.Ratio, new(0.01, Better.Lower)),
            KpiOf("heap", "max(heap)", Unit.Bytes, new(200, Better.Lower)),
            KpiOf("free", "max(heap)", Unit.Count, null),
            KpiOf("absent", "max(nothing)", Unit.Count, new(1, Better.Higher)),
            KpiOf("other", "max(heap{system=\"b\"})", Unit.Count, null),
            KpiOf("two", "requests_total", Unit.Count, null)), SystemOf("b", KpiOf("heap", "max(heap)", Unit.Bytes, null)) with { RecoveryTimes = rto }), recoveries, clock);
    }

    static Kpi KpiOf(string id, string expression, Unit unit, KpiTarget? target) => new(id, $"Title of {id}", id, expression, unit, target, Bands.None, null, false, "How it comes about.", "X:1");

    static MonitoredSystem SystemOf(string id, params Kpi[] kpis) => new()
    {
        Id = id,
        Name = id.ToUpperInvariant(),
        Short = id,
        Components = [],
        Targets = [],
        Documents = new Dictionary<Type, object> { [typeof(KpiDocument)] = new KpiDocument(kpis) },
    };

    Task<KpiReport> ReadAsync(Month? month = null, Actor? actor = null) => reports.ReadAsync(month ?? November, November.Add(-1), null, actor ?? Manager, CancellationToken.None);

    [Fact]
    public async Task Report_JudgesOnlyWhatHasATargetAndData()
    {
        var report = await ReadAsync();

        var a = report.Systems[0];
        var lines = a.Lines.ToDictionary(line => line.Kpi.Id);
        Assert.Equal("a", a.System.Id);
        Assert.Equal(KpiOutcome.Missed, lines["errors"].Outcome);
        Assert.Equal(0.02, lines["errors"].Figure.Actual!.Value, 6);
        Assert.Equal(KpiMethod.WholePeriod, lines["errors"].Figure.Method);
        Assert.Equal((KpiOutcome.Met, 150.0), (lines["heap"].Outcome, lines["heap"].Figure.Actual));
        Assert.Equal(KpiOutcome.NoTarget, lines["free"].Outcome);
        Assert.Equal((KpiOutcome.NoData, (double?)null), (lines["absent"].Outcome, lines["absent"].Figure.Actual));
        Assert.Null(lines["other"].Figure.Actual);
        Assert.Contains("2 series", lines["two"].Figure.Problem);
        Assert.Equal(0.5, a.Availability.Figure.Actual!.Value, 1);
        Assert.Equal(KpiOutcome.NoTarget, report.Systems[1].Outcome);
        Assert.Null(report.Systems[1].Availability.Figure.Actual);
    }

    [Fact]
    public async Task Report_SaysHowMuchOfTheMonthItStandsOn()
    {
        var report = await ReadAsync();
        var passed = (clock.GetUtcNow().ToUnixTimeMilliseconds() - November.From) / 3_600_000.0;
        Assert.Equal(2 / passed, report.Systems[0].Coverage, 2);
        Assert.StartsWith("0 of 1 system met every target that could be judged. Missed: A, title of errors (2 %, target at most 1 %). 1 figure with a target has no data.", KpiSentence.Summary(report).Replace('\u00a0', ' ').Replace('\u202f', ' '));
        Assert.Contains("1 system has no target set.", KpiSentence.Summary(report));
        Assert.Contains("left out of every figure", KpiSentence.Data(report));
    }

    [Fact]
    public async Task Month_WithoutData_HasNoFigureAndSaysSo()
    {
        var report = await ReadAsync(November.Add(-3));
        Assert.All(report.Systems.SelectMany(system => system.Lines), line => Assert.Null(line.Figure.Actual));
        Assert.Equal("There is no data of August 2026.", KpiSentence.Summary(report));
    }

    [Fact]
    public async Task System_WithAnRto_IsJudgedByItsRecoveries()
    {
        rto[RecoveryClass.Critical] = TimeSpan.FromHours(1);
        var report = await ReadAsync();

        var line = Assert.Single(report.Systems.Single(system => system.System.Id == "b").Lines, line => line.Kpi == KpiReports.RtoMet);
        Assert.Equal((KpiOutcome.Missed, 2 / 3.0, 3, KpiMethod.Counted), (line.Outcome, line.Figure.Actual, line.Figure.Readings, line.Figure.Method));
        Assert.Contains("B, rto met", KpiSentence.Summary(report), StringComparison.Ordinal);
        Assert.DoesNotContain(report.Systems.Single(system => system.System.Id == "a").Lines, other => other.Kpi == KpiReports.RtoMet);
    }

    [Fact]
    public async Task Month_InWhichNothingWasRecovered_HasNoRtoFigure()
    {
        rto[RecoveryClass.Critical] = TimeSpan.FromHours(1);
        Assert.DoesNotContain((await ReadAsync(November.Add(-1))).Systems.SelectMany(system => system.Lines), line => line.Kpi == KpiReports.RtoMet);
    }

    [Fact]
    public async Task Viewers_WhoComeTogether_AreAnsweredFromOneComputation()
    {
        await ReadAsync();
        var selections = samples.Selections;
        await ReadAsync();
        Assert.Equal(selections, samples.Selections);
        clock.Advance(TimeSpan.FromMinutes(2));
        await ReadAsync();
        Assert.True(samples.Selections > selections);
    }

    [Fact]
    public async Task Viewer_OfOneSystem_SeesThatOneAlone()
    {
        var report = await ReadAsync(actor: Manager with { Grants = [new(Role.Viewer, "b")] });
        Assert.Equal("b", Assert.Single(report.Systems).System.Id);
        Assert.Empty((await ReadAsync(actor: Manager with { Grants = [] })).Systems);
    }

    [Fact]
    public async Task History_HasThirteenMonthsWithGapsWhereThereIsNoData()
    {
        var report = await ReadAsync();
        var history = await reports.HistoryAsync(report.Systems[0].System, "heap", Manager, CancellationToken.None);
        Assert.Equal(13, history.Count);
        Assert.Equal((November, 150.0), (history[^1].Month, history[^1].Value));
        Assert.All(history.SkipLast(1), month => Assert.Null(month.Value));
    }

    [Fact]
    public async Task Csv_HasALineAFigureAndNothingForNoData()
    {
        var lines = KpiCsv.Write(await ReadAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 7 + 2, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("2026-11,a,absent,Title of absent,,1,higher,noData,count,2026-10,,", StringComparison.Ordinal));
    }

    sealed class Fixed(params MonitoredSystem[] systems) : ICatalogue, IDisposable
    {
        public CatalogueSnapshot Current { get; } = new(1, "hash", "test", systems, []);

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => this;

        public void Dispose()
        {
        }
    }
}
