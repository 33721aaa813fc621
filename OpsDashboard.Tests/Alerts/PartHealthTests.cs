using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class PartHealthTests
{
    static readonly DateTimeOffset Now = FakeTimeProvider.DefaultStart;

    readonly Known known = new();
    readonly PartHealths parts;

    public PartHealthTests() => parts = new(known, known, known, new FakeTimeProvider());

    [Fact]
    public void Instance_StandsByItsOwnTargetsAndAlerts()
    {
        known.States = [State("one", "http"), State("one", "metrics", at: -5), State("two", "http", CollectFailure.Refused)];
        Assert.Equal((Health.Ok, Now.AddSeconds(-5)), (parts.Of("shop", "api", "one")!.State.Health, parts.Of("shop", "api", "one")!.SeenAt));
        Assert.Equal(Health.Critical, parts.Of("shop", "api", "two")!.State.Health);
        Assert.Equal(Health.Warning, parts.Of("shop", "api", null)!.State.Health);

        known.Firing = [AnAlert.Of("Leak", component: "api", labels: ("instance", "one"))];
        Assert.Equal((Health.Critical, "Leak is wrong"), (parts.Of("shop", "api", "one")!.State.Health, parts.Of("shop", "api", "one")!.State.Reason));
    }

    [Fact]
    public void Part_ThatNothingLooksAt_IsUnknown()
    {
        known.States = [State("one", "http"), State("paused", "http") with { Pause = new("Kim", Now) }, State("new", "http") with { LastRunAt = null }];
        Assert.All(new[] { ("shop", "api", "three"), ("shop", "web", null), ("mall", "api", null), ("shop", "api", "paused"), ("shop", "api", "new") }, part => Assert.Null(parts.Of(part.Item1, part.Item2, part.Item3)));
    }

    static CollectorState State(string instance, string kind, CollectFailure failure = CollectFailure.None, int at = 0) => new()
    {
        Target = new() { SystemId = "shop", ComponentId = "api", Environment = "test", Job = kind, Kind = kind == "http" ? "http" : "prometheus", Address = "x", Instance = instance, Options = "", File = "f", Line = 1 },
        LastRunAt = Now.AddSeconds(at),
        ChangedAt = Now,
        Failure = failure,
        Reason = failure == CollectFailure.None ? null : "Nothing listens.",
    };

    sealed class Known : ICatalogue, ICollectorStates, IAlerts
    {
        public CollectorState[] States { get; set; } = [];
        public Alert[] Firing { get; set; } = [];

        CatalogueSnapshot ICatalogue.Current => new(1, "", "test", [new() { Id = "shop", Name = "Shop", Short = "SH", Components = [new("api", "API", "api", [])], Targets = [] }], []);

        IReadOnlyList<CollectorState> ICollectorStates.Current => States;

        IReadOnlyList<Alert> IAlerts.Current => Firing;

        public IReadOnlyList<RuleGroupStatus> Groups => [];

        public CollectorState? Find(string targetId) => throw new NotSupportedException();

        public IReadOnlyList<CollectedDocument> DocumentsOf(string systemId) => [];

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();

        public IDisposable Subscribe(Action changed) => throw new NotSupportedException();
    }
}
