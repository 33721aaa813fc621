using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Heartbeats;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Heartbeats;

public sealed class HeartbeatTests
{
    static readonly Actor Job = new("job", "backup job", ActorKind.Token, [new(Role.Responder, "liap-tui")]);

    readonly FakeTimeProvider clock = new();
    readonly CollectOnce once;
    readonly Target target = CollectOnce.Target("heartbeat", "nightly-backup", new HeartbeatOptions(TimeSpan.FromHours(24), TimeSpan.FromMinutes(30)), "nightly-backup");
    readonly FixedCatalogue catalogue;
    OpsDashboard.Metrics.Collectors.Heartbeats.Heartbeats heartbeats;
    HeartbeatCollector collector;

    public HeartbeatTests()
    {
        once = new() { Clock = clock };
        catalogue = new(target);
        (heartbeats, collector) = Start();
    }

    (OpsDashboard.Metrics.Collectors.Heartbeats.Heartbeats, HeartbeatCollector) Start()
    {
        var kept = new FakeSamples();
        foreach (var sample in once.Samples.All)
            kept.Add(sample.Series.Labels, sample.At, sample.Value);
        var fresh = new OpsDashboard.Metrics.Collectors.Heartbeats.Heartbeats(once.Samples, kept, catalogue, clock);
        return (fresh, new(target, fresh));
    }

    void Restart() => (heartbeats, collector) = Start();

    Task<CollectOutcome> RunAsync() => once.RunAsync(collector, target);

    Task<bool> ReportAsync(bool failed = false, string? message = null, double? seconds = null, string name = "nightly-backup") =>
        heartbeats.ReportAsync(Job, "liap-tui", name, failed, seconds, message, CancellationToken.None);

    [Fact]
    public async Task Job_InTime_IsUpAndItsAgeGrows()
    {
        Assert.True(await ReportAsync(seconds: 12.5));
        clock.Advance(TimeSpan.FromHours(24.2));

        Assert.Equal(CollectFailure.None, (await RunAsync()).Failure);
        Assert.Equal(24.2 * 3600, once.Samples.Last("heartbeat_age_seconds"), 3);
        Assert.Equal(12.5, once.Samples.Last("heartbeat_duration_seconds"));
    }

    [Fact]
    public async Task Job_Late_IsDownWithAReason()
    {
        await ReportAsync();
        clock.Advance(TimeSpan.FromHours(25));

        var outcome = await RunAsync();

        Assert.Equal((CollectFailure.Missed, "The job is late: its last report came 25 h ago, and one is due every 24 h."), (outcome.Failure, outcome.Reason));
        Assert.Equal(5, outcome.Samples + 1);
    }

    [Fact]
    public async Task Job_ThatNeverReported_IsDownOnceItsTimeIsUp()
    {
        Assert.Equal(CollectFailure.None, (await RunAsync()).Failure);
        clock.Advance(TimeSpan.FromHours(20));
        Restart();
        Assert.Equal(CollectFailure.None, (await RunAsync()).Failure);
        clock.Advance(TimeSpan.FromHours(5));
        Restart();

        var outcome = await RunAsync();

        Assert.Equal((CollectFailure.Missed, "The job has never reported, in 25 h."), (outcome.Failure, outcome.Reason));
        Assert.Empty(once.Samples.Of("heartbeat_age_seconds"));
    }

    [Fact]
    public async Task Failure_Reported_IsDownUntilASuccess()
    {
        await ReportAsync(failed: true, message: "disk full");
        var failed = await RunAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        Restart();
        var afterRestart = await RunAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await ReportAsync();
        var mended = await RunAsync();

        Assert.Equal((CollectFailure.AssertionFailed, "The job reported a failure: disk full"), (failed.Failure, failed.Reason));
        Assert.Equal("The job reported a failure.", afterRestart.Reason);
        Assert.Equal(CollectFailure.None, mended.Failure);
    }

    [Fact]
    public async Task Report_BeforeACrash_IsKnownAfterTheRestart()
    {
        await ReportAsync();
        clock.Advance(TimeSpan.FromHours(1));
        Restart();
        await RunAsync();
        Assert.Equal(3600, once.Samples.Last("heartbeat_age_seconds"), 3);
    }

    [Fact]
    public async Task Report_OfAnUnknownJob_IsNotTaken() => Assert.False(await ReportAsync(name: "another-job"));

    [Theory]
    [InlineData(Role.Viewer, "liap-tui")]
    [InlineData(Role.Admin, "nba-projections")]
    public async Task Report_WithoutTheRight_IsRefused(Role role, string system)
    {
        var other = Job with { Grants = [new(role, system)] };
        await Assert.ThrowsAsync<AccessDeniedException>(() => heartbeats.ReportAsync(other, "liap-tui", "nightly-backup", false, null, null, CancellationToken.None));
        Assert.Empty(once.Samples.All);
    }

    sealed class FixedCatalogue(Target target) : ICatalogue, IDisposable
    {
        public CatalogueSnapshot Current { get; } = new(1, "", "test", [new() { Id = target.SystemId, Name = "Test", Short = "T", Components = [], Targets = [target] }], []);

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => this;

        public void Dispose()
        {
        }
    }
}
