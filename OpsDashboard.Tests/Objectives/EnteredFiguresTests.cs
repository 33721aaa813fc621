using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Objectives;
using OpsDashboard.Objectives.Entries;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Objectives;

public sealed class EnteredFiguresTests
{
    const string Expression = """avg(score{system="shop",source!="manual"} or last_over_time(score{system="shop",source="manual"}[31d]))""";

    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Commander, "shop")]);
    static readonly Actor Bob = new("bob", "Bob", ActorKind.Person, [new(Role.Responder, "shop"), new(Role.Commander, "other")]);

    readonly FakeTimeProvider clock = new();
    readonly RefusingAppender appender = new();
    readonly MemoryAudit audit = new();

    EnteredFigures Over(TestDatabase database)
    {
        var catalogue = new OneSystem(new()
        {
            Id = "shop",
            Name = "Shop",
            Short = "S",
            Components = [],
            Targets = [],
            Documents = new Dictionary<Type, object>
            {
                [typeof(KpiDocument)] = new KpiDocument([Kpi("satisfaction", new("score", 1, 5)), Kpi("measured", null)]),
            },
        });
        var samples = new FakeSamples();
        var reports = new KpiReports(new(new PromQlEngine(samples, clock), samples), catalogue, new CountedRecoveries(), clock);
        return new(database.Contexts, audit, catalogue, appender, reports, new(), clock, NullLogger<EnteredFigures>.Instance);
    }

    static Kpi Kpi(string id, KpiEntry? entry) => new(id, id, id, Expression, Unit.Score, null, Bands.None, null, false, "How it comes about.", "X:1", entry);

    string Day(int back = 0) => clock.GetUtcNow().AddDays(-back).ToString("yyyy-MM-dd");

    [Fact]
    public Task Figure_EnteredAndCorrected_BothStay_OnSqlite() => EnterAndCorrectAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Figure_EnteredAndCorrected_BothStay_OnPostgres() => EnterAndCorrectAsync(StorageProvider.Postgres);

    async Task EnterAndCorrectAsync(StorageProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var figures = Over(database);
        var entered = await figures.EnterAsync(Ada, new("shop", "satisfaction", 4.9, Day(2), " Survey ", null), default);
        clock.Advance(TimeSpan.FromMinutes(1));
        var corrected = await figures.CorrectAsync(Ada, entered.Id, new(4.2, Note: "two answers counted twice"), default);

        var kept = await figures.ListAsync(Ada, "shop", 10, default);
        Assert.Equal([(4.2, 1, "two answers counted twice"), (4.9, 0, "")], kept.Select(figure => (figure.Value, figure.Revision, figure.Note)));
        Assert.All(kept, figure => Assert.True(figure.IsStored && figure.Source == "Survey" && figure.EnteredBy == "Ada"));

        var samples = appender.Inner.All;
        Assert.Equal([4.9, 4.2], samples.Select(sample => sample.Value));
        Assert.All(samples, sample => Assert.Equal(Labels.Of("score", ("system", "shop"), ("environment", "test"), ("source", "manual")), sample.Series.Labels));
        Assert.Equal(1, samples[1].At - samples[0].At);

        Assert.Equal(["figure.entered", "figure.corrected"], audit.Records.Select(record => record.Action));
        var particulars = audit.Records.Last().Particulars!;
        Assert.Equal((4.9, 4.2), (((Dictionary<string, object?>)particulars["before"]!)["value"], ((Dictionary<string, object?>)particulars["after"]!)["value"]));

        // The entry that was corrected cannot be corrected once more: that would hide the correction.
        await Assert.ThrowsAsync<StaleVersionException>(() => figures.CorrectAsync(Ada, entered.Id, new(4.5), default));
        await Assert.ThrowsAsync<InvalidInputException>(() => figures.EnterAsync(Ada, new("shop", "satisfaction", 4.5, Day(2), "Survey"), default));
        Assert.Equal(2, (await figures.CorrectAsync(Ada, corrected.Id, new(4.5), default)).Revision);
    }

    [Theory]
    [InlineData("value", 5.1, 0, "Survey")]
    [InlineData("value", double.NaN, 0, "Survey")]
    [InlineData("value", null, 0, "Survey")]
    [InlineData("source", 4.0, 0, " ")]
    [InlineData("day", 4.0, -1, "Survey")]
    [InlineData("day", 4.0, 10, "Survey")]
    public async Task Figure_OutOfBounds_IsRefusedByField(string field, double? value, int daysBack, string source)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Over(database).EnterAsync(Ada, new("shop", "satisfaction", value, Day(daysBack), source), default));
        Assert.Equal([field], refused.Problems.Select(problem => problem.Field));
        Assert.Empty(appender.Inner.All);
        Assert.Empty(audit.Records);
    }

    [Theory]
    [InlineData("satisfaction", "2026-13-40", "day")]
    [InlineData("satisfaction", "yesterday", "day")]
    [InlineData("measured", null, "kpi")]
    [InlineData("nothing", null, "kpi")]
    public async Task Figure_OfNoSuchDayOrKpi_IsRefused(string kpi, string? day, string field)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Over(database).EnterAsync(Ada, new("shop", kpi, 4, day, "Survey"), default));
        Assert.Equal([field], refused.Problems.Select(problem => problem.Field));
    }

    [Fact]
    public async Task Figure_WithoutTheRole_IsRefusedAndAudited()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var figures = Over(database);
        var entered = await figures.EnterAsync(Ada, new("shop", "satisfaction", 4, null, "Survey"), default);
        var refusals = new NotedRefusals();
        var bob = Bob with { Refusals = refusals };
        await Assert.ThrowsAsync<AccessDeniedException>(() => figures.EnterAsync(bob, new("shop", "satisfaction", 5, Day(1), "Me"), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => figures.CorrectAsync(bob, entered.Id, new(5), default));
        // Who may not read the system is not told that the entry is there.
        await Assert.ThrowsAsync<NotFoundException>(() => figures.CorrectAsync(Actor.Stranger(null), entered.Id, new(5), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => figures.ListAsync(Actor.Stranger(null), null, 10, default));
        Assert.Equal([AuditOutcome.Done], audit.Records.Select(record => record.Outcome));
        Assert.Equal(Enumerable.Repeat(("EnterFigures", "shop"), 2), refusals.Noted.Select(one => (one.Permission, one.SystemId!)));
        Assert.Single(await figures.ListAsync(Bob, null, 10, default));
    }

    [Fact]
    public async Task Figure_WhileTheStoreIsAway_IsStoredLater()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var figures = Over(database);
        appender.IsAway = true;
        Assert.False((await figures.EnterAsync(Ada, new("shop", "satisfaction", 4, null, "Survey"), default)).IsStored);
        await figures.StoreLeftAsync(default);
        Assert.False((await figures.ListAsync(Ada, null, 1, default))[0].IsStored);

        appender.IsAway = false;
        await figures.StoreLeftAsync(default);
        Assert.True((await figures.ListAsync(Ada, null, 1, default))[0].IsStored);
        Assert.Equal([4.0], appender.Inner.All.Select(sample => sample.Value));
    }

    [Fact]
    public async Task Expression_OfEnteredFigures_TakesTheLatestRevision()
    {
        var (samples, now) = (new FakeSamples(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        var manual = Labels.Of("score", ("system", "shop"), ("source", "manual"));
        samples.Add(manual, now - 86_400_000, 4.9);
        samples.Add(manual, now - 86_400_000 + 1, 4.2);
        var engine = new PromQlEngine(samples, clock);
        Assert.Equal(4.2, Assert.Single(Assert.Single((await engine.Parse(Expression).InstantAsync(now, new(), default)).Series).Samples).Value);
        samples.Add(Labels.Of("score", ("system", "shop"), ("source", "question")), now, 4.8);
        Assert.Equal(4.5, Assert.Single(Assert.Single((await engine.Parse(Expression).InstantAsync(now, new(), default)).Series).Samples).Value, 9);
    }

    sealed class OneSystem(MonitoredSystem system) : ICatalogue
    {
        public CatalogueSnapshot Current { get; } = new(1, "hash", "test", [system], []);

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
    }

    sealed class RefusingAppender : ISampleAppender
    {
        public MemoryAppender Inner { get; } = new();

        public bool IsAway { get; set; }

        public SeriesRef Resolve(Labels labels) => Inner.Resolve(labels);

        public void Describe(MetricMetadata metadata) => Inner.Describe(metadata);

        public AppendOutcome Append(ReadOnlySpan<PendingSample> batch) => Inner.Append(batch);

        public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) =>
            IsAway ? throw new IOException("The database is away.") : Inner.AppendDurableAsync(batch, stop);
    }
}
