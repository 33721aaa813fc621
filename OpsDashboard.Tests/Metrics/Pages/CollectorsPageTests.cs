using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Pages;

public sealed class CollectorsPageTests : BunitContext
{
    static readonly DateTimeOffset Now = FakeTimeProvider.DefaultStart;

    readonly FakeStates states = new();
    readonly FakeActor actor = new();

    public CollectorsPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        Services.AddSingleton<LiveBus>();
        Services.AddSingleton<CircuitConnection>();
        Services.AddSingleton<ICollectorStates>(states);
        Services.AddSingleton<ICollectorControl>(states);
        Services.AddSingleton<ICurrentActor>(actor);
        Services.AddSingleton<IPromQl>(new PromQlEngine(new FakeSamples(), TimeProvider.System));
        SetRendererInfo(new RendererInfo("Server", true));
    }

    sealed class FakeActor : ICurrentActor
    {
        public Actor Actor { get; set; } = new("1", "Kim", ActorKind.Person, [new(Role.Admin, null)]);

        public ValueTask<Actor> GetAsync() => ValueTask.FromResult(Actor);
    }

    sealed class FakeStates : ICollectorStates, ICollectorControl
    {
        public List<CollectorState> All { get; set; } = [];

        public List<string> Paused { get; } = [];

        public IReadOnlyList<CollectorState> Current => All;

        public CollectorState? Find(string targetId) => All.Find(state => state.Target.Id == targetId);

        public IReadOnlyList<CollectedDocument> DocumentsOf(string systemId) => [];

        public IDisposable Subscribe(Action changed) => new MemoryStream();

        public Task<CollectorState?> PauseAsync(Actor actor, string targetId, string? reason, CancellationToken stop)
        {
            actor.Demand(Permission.PauseCollectors, "liap-tui");
            Paused.Add(targetId);
            return Task.FromResult(Find(targetId));
        }

        public Task<CollectorState?> ResumeAsync(Actor actor, string targetId, CancellationToken stop) => Task.FromResult(Find(targetId));
    }

    static CollectorState State(string instance, CollectFailure failure = CollectFailure.None, string? reason = null) => new()
    {
        Target = CollectOnce.Target("http", $"http://{instance}", "", instance),
        LastRunAt = Now,
        Duration = TimeSpan.FromMilliseconds(12.3),
        Samples = 8,
        Failure = failure,
        Reason = reason,
        ConsecutiveFailures = failure == CollectFailure.None ? 0 : 4,
        History = [.. Enumerable.Range(0, 60).Select(i => new PastRun(i * 1000, TimeSpan.FromMilliseconds(5), i == 59 ? failure : CollectFailure.None))],
    };

    static string[] Rows(IRenderedComponent<CollectorsPage> page) => [.. page.FindAll("tbody tr td:first-child span").Select(cell => cell.TextContent)];

    [Fact]
    public void Page_WorstFirst_WithTheReasonInASentence()
    {
        states.All = [State("fine"), State("paused") with { Pause = new("Kim", Now) }, State("broken", CollectFailure.Refused, "Nothing listens."), State("quiet") with { SilentCount = 3 }];
        var page = Render<CollectorsPage>();
        Assert.Equal(["broken", "quiet", "paused", "fine"], Rows(page));
        Assert.Contains("Nothing listens. 4 times in a row.", page.Markup);
        Assert.Contains("3 series that it reported before no longer come.", page.Markup);
        Assert.Contains("Paused by Kim.", page.Markup);
        Assert.Contains("59 of the last 60 runs went well", page.Markup);
        Assert.Contains("1 of 4 collectors fail, 1 paused, 3 series fell silent.", page.Markup);
    }

    [Fact]
    public void Page_FilterInTheAddress_IsApplied()
    {
        states.All = [State("fine"), State("broken", CollectFailure.Refused, "Nothing listens."), State("other", CollectFailure.TimedOut, "Slow.")];
        Services.GetRequiredService<NavigationManager>().NavigateTo("collectors?state=failing&q=slow");
        Assert.Equal(["other"], Rows(Render<CollectorsPage>()));
    }

    [Fact]
    public void Page_NothingMatches_SaysWhatToDo()
    {
        states.All = [State("fine")];
        Services.GetRequiredService<NavigationManager>().NavigateTo("collectors?q=nothing");
        Assert.Contains("Take away a filter.", Render<CollectorsPage>().Markup);
    }

    [Fact]
    public void Page_OtherSystems_AreNotShown()
    {
        states.All = [State("fine")];
        actor.Actor = actor.Actor with { Grants = [new(Role.Admin, "case-opening")] };
        Assert.Empty(Rows(Render<CollectorsPage>()));
    }

    [Fact]
    public void Page_Viewer_SeesNoButton()
    {
        states.All = [State("fine")];
        actor.Actor = actor.Actor with { Grants = [new(Role.Viewer, null)] };
        Assert.Empty(Render<CollectorsPage>().FindAll("tbody button"));
    }

    [Fact]
    public void Page_PauseButton_PausesAndARefusalIsSaid()
    {
        states.All = [State("fine")];
        var page = Render<CollectorsPage>();
        page.Find("tbody button").Click();
        Assert.Equal([State("fine").Target.Id], states.Paused);
        actor.Actor = actor.Actor with { Grants = [new(Role.Viewer, null)] };
        page.Find("tbody button").Click();
        Assert.Contains("Nothing was changed: PauseCollectors needs the role responder for liap-tui.", page.Markup);
    }

    [Fact]
    public void Page_ChosenTarget_ListsItsSilentSeries()
    {
        states.All = [State("fine") with { SilentCount = 1, Silent = [new(Labels.Of("rooms", ("phase", "TURN")), Now)] }];
        Services.GetRequiredService<NavigationManager>().NavigateTo($"collectors?target={Uri.EscapeDataString(State("fine").Target.Id)}");
        var page = Render<CollectorsPage>();
        Assert.Contains("rooms{phase=\"TURN\"}", page.Find("table code").TextContent);
        Assert.Contains("liap-tui/targets.yml:1", page.Markup);
    }

    [Fact]
    public void Page_HostileText_IsNotMarkup()
    {
        states.All = [State("fine", CollectFailure.Malformed, "<script>alert(1)</script>")];
        Assert.DoesNotContain("<script>", Render<CollectorsPage>().Markup);
    }

    [Fact]
    public void Page_FiveThousandTargets_DrawsOnlyWhatIsSeen()
    {
        states.All = [.. Enumerable.Range(0, 5000).Select(i => State($"host-{i:0000}"))];
        var page = Render<CollectorsPage>();
        Assert.Contains("All 5000 collectors work.", page.Markup);
        Assert.True(page.FindAll("tbody tr").Count < 200);
    }
}
