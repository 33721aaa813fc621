using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts.Story;

/// <summary>The shop with a dashboard, and samples in memory, in virtual time.</summary>
sealed class StoryWorld
{
    public static readonly Actor Vera = new("vera", "Vera", ActorKind.Person, [new(Role.Viewer, "shop")]), OfTheGame = new("gus", "Gus", ActorKind.Person, [new(Role.Viewer, "game")]);

    readonly MonitoredSystem shop;

    public StoryWorld(params Panel[] panels)
    {
        shop = new()
        {
            Id = "shop",
            Name = "Shop",
            Short = "SH",
            Components = [new("api", "API", "api", [])],
            Targets = [],
            Documents = new Dictionary<Type, object> { [typeof(DashboardDocument)] = new DashboardDocument([new("main", "Main", panels)]) },
        };
        Catalogue = new FixedCatalogue(CatalogueSnapshot.Empty with { Revision = 1, Systems = [shop] });
        PromQl = new PromQlEngine(Samples, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public FakeSamples Samples { get; } = new();

    public IPromQl PromQl { get; }

    public ICatalogue Catalogue { get; }

    public MonitoredSystem Shop => shop;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public static Panel Panel(string title, Unit unit, string expression, params ChartLine[] lines) => new(title, title, unit, [new(expression)], lines, Bands.None);

    /// <summary>An alert of the shop's API that began so long ago.</summary>
    public Alert Alert(string expression, TimeSpan ago = default, params (string, string)[] labels) =>
        AnAlert.Of("Heap", "shop", "api", labels: labels) with { Expression = expression, ActiveAt = Now - ago, FiredAt = Now - ago };

    /// <summary>Samples of the shop's API, one each so many seconds, up to now.</summary>
    public void Record(string metric, TimeSpan span, int seconds, Func<double, double> valueAt, params (string, string)[] labels)
    {
        var series = Labels.Of(metric, [("system", "shop"), ("component", "api"), .. labels]);
        for (var ago = (int)(span.TotalSeconds / seconds) * seconds; ago >= 0; ago -= seconds)
            Samples.Add(series, (Now - TimeSpan.FromSeconds(ago)).ToUnixTimeMilliseconds(), valueAt(ago));
    }
}
