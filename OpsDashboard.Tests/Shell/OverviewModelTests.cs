using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Shell.Overview;
using Xunit;

namespace OpsDashboard.Tests.Shell;

public sealed class OverviewModelTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 14, 0, TimeSpan.Zero);
    static readonly Actor Everywhere = new("a", "Ana", ActorKind.Person, [new(Role.Viewer, null)]);

    [Fact]
    public void From_DifferentStates_PutsTheWorstFirst()
    {
        var model = Model(Everywhere, ("ok", Health.Ok), ("warning", Health.Warning), ("unknown", Health.Unknown), ("critical", Health.Critical));

        Assert.Equal(["critical", "unknown", "warning", "ok"], model.Rows.Select(row => row.System.Id));
        Assert.Equal("critical", model.Worst?.System.Id);
    }

    [Fact]
    public void From_GrantForOneSystem_ShowsNoOther()
    {
        var actor = new Actor("b", "Ben", ActorKind.Person, [new(Role.Admin, "ok")]);

        var model = Model(actor, ("ok", Health.Ok), ("critical", Health.Critical));

        Assert.Equal("ok", Assert.Single(model.Rows).System.Id);
        Assert.Null(model.Worst);
    }

    [Fact]
    public void From_SystemWithoutHealth_IsUnknownAndNotGreen()
    {
        var model = OverviewModel.From(Catalogue("new"), new(Now, []), Everywhere);

        Assert.Equal(Health.Unknown, Assert.Single(model.Rows).State.Health);
    }

    [Fact]
    public void InOrder_OrderOnScreen_StaysAndNewSystemsComeLast()
    {
        var model = Model(Everywhere, ("a", Health.Ok), ("b", Health.Critical), ("c", Health.Warning));

        Assert.Equal(["a", "c", "b"], model.InOrder(["a", "c"]).Select(row => row.System.Id));
    }

    [Fact]
    public void Unowned_OwnedAndMildCauses_AreLeftOut()
    {
        var health = new SystemHealth("a", State(Health.Critical), new Dictionary<string, HealthState>(),
        [
            new("api", State(Health.Critical)),
            new("web", State(Health.Critical) with { Owner = "Ana" }),
            new("db", State(Health.Warning)),
            new("host", State(Health.Unknown)),
        ]);

        var model = OverviewModel.From(Catalogue("a"), new(Now, [health]), Everywhere);

        Assert.Equal(["api", "host"], model.Unowned.Select(item => item.Worst.ComponentId));
    }

    [Fact]
    public void Unowned_OneKindOfFaultAtManyComponents_StandsThereOnce()
    {
        var health = new SystemHealth("a", State(Health.Critical), new Dictionary<string, HealthState>(),
        [
            new("api", State(Health.Critical), "unreachable"),
            new("web", State(Health.Critical), "unreachable"),
            new("api", State(Health.Unknown), "unreachable"),
            new("db", State(Health.Critical), "BadStatus"),
        ]);
        var catalogue = Catalogue("a");
        catalogue = catalogue with { Systems = [catalogue.Systems[0] with { Components = [new("api", "API", "api", []), new("web", "Web", "api", []), new("db", "Database", "database", [])] }] };

        var waiting = OverviewModel.From(catalogue, new(Now, [health]), Everywhere).Unowned.ToArray();

        Assert.Equal(["api", "db"], waiting.Select(item => item.Worst.ComponentId));
        Assert.Equal(["Web"], waiting[0].Others);
        Assert.Empty(waiting[1].Others);
    }

    static OverviewModel Model(Actor actor, params (string Id, Health Health)[] systems) =>
        OverviewModel.From(Catalogue([.. systems.Select(system => system.Id)]),
            new(Now, [.. systems.Select(system => new SystemHealth(system.Id, State(system.Health), new Dictionary<string, HealthState>(), []))]), actor);

    static HealthState State(Health health) => new(health, "a reason", Now.AddMinutes(-4));

    static CatalogueSnapshot Catalogue(params string[] ids) =>
        new(1, "", "simulator", [.. ids.Select(id => new MonitoredSystem { Id = id, Name = id, Short = "X", Components = [], Targets = [] })], []);
}
