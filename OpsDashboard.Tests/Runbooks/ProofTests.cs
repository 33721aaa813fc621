using OpsDashboard.Runbooks;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class ProofTests : IAsyncLifetime
{
    RunRoom room = null!;

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(RunbookText.Valid.Replace("component: api", "component: api\ngreenWithin: 2m"));

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task Run_WhoseMetricIsGreenAgain_IsEffective()
    {
        var alert = await room.FireAsync();
        room.Measure(170);
        var run = await room.DriveProofAsync(await room.StartAsync(alert: alert.Id), () => room.Measure(90));
        Assert.Equal((RunStatus.Succeeded, RunEffect.Effective), (run.Status, run.Effect));
        Assert.StartsWith("“Heap” is green, and stayed green for 1m", run.Reason, StringComparison.Ordinal);
        Assert.True(run.EndedAt - run.ProvingSince >= TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Run_WhoseGoalIsWatched_SaysSinceWhenItIsGreen_WhereverItIsRead()
    {
        var alert = await room.FireAsync();
        var started = await room.StartAsync(alert: alert.Id);
        var (second, reads) = (0, new List<Task<Run>>());
        var run = await room.DriveProofAsync(started, () =>
        {
            // Green, red for a while, and green again.
            room.Measure(++second is >= 20 and < 26 ? 170 : 90);
            if (second is 15 or 40)
                reads.Add(room.NowAsync(started));
        });
        var (before, after) = (await reads[0], await reads[1]);
        Assert.True(before.GreenAt < after.GreenAt, $"{before.GreenAt:T} {after.GreenAt:T}");
        Assert.Equal((after.GreenAt, RunEffect.Effective), (run.GreenAt, run.Effect));
    }

    [Fact]
    public async Task Run_WhoseMetricStaysRed_IsNotEffective()
    {
        var alert = await room.FireAsync();
        var run = await room.DriveProofAsync(await room.StartAsync(alert: alert.Id), () => room.Measure(170));
        Assert.Equal((RunStatus.Succeeded, RunEffect.NotEffective), (run.Status, run.Effect));
        Assert.StartsWith("Every step is done, but “Heap” still holds 2m", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutFreshSamples_IsUnproven_NotGreen()
    {
        var alert = await room.FireAsync();
        room.Measure(90);
        room.Clock.Advance(TimeSpan.FromMinutes(1));
        var run = await room.DriveProofAsync(await room.StartAsync(alert: alert.Id), () => { });
        Assert.Equal((RunStatus.Succeeded, RunEffect.Unproven), (run.Status, run.Effect));
    }

    [Fact]
    public async Task Abort_WhileTheGoalIsWatched_Ends()
    {
        var alert = await room.FireAsync();
        var asked = false;
        var started = await room.StartAsync(alert: alert.Id);
        var run = await room.DriveProofAsync(started, () =>
        {
            room.Measure(170);
            if (!asked && room.Proofs.Of(started.Id) is not null)
            {
                asked = true;
                _ = room.Runs.AbortAsync(RunRoom.Ada, started.Id, null, default);
            }
        });
        Assert.Equal((RunStatus.Aborted, RunEffect.None), (run.Status, run.Effect));
    }
}
