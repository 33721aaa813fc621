using OpsDashboard.Metrics;
using OpsDashboard.Runbooks;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Mutes;

public sealed class SqliteRunMutesTests() : RunMutesTests(StorageProvider.Sqlite);

public sealed class PostgresRunMutesTests() : RunMutesTests(StorageProvider.Postgres);

public abstract class RunMutesTests(StorageProvider provider)
{
    const string Mutes = "mutes: [{ matchers: ['alertname=\"ComponentDown\"', 'component=~\"api|web\"'] }]\n";

    static readonly Labels Down = Of("shop", "ComponentDown", "api");

    [Fact]
    public async Task Mute_LivesWithTheRun_AndOnlyForWhatItNames()
    {
        await using var room = await RunRoom.OpenAsync(Mutes + RunbookText.Valid, provider);
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        room.Kind.On("api", async (_, _) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            return ScriptedKind.Done("api");
        });
        var run = await room.StartAsync();
        Assert.Empty(await LookAsync(room));
        var driving = room.DriveAsync(run);
        await reached.Task.WaitAsync(Patience.Limit);
        var mute = Assert.Single(await LookAsync(room));
        Assert.Equal("RUN-1, Restart the API", mute.By);
        Assert.True(mute.Matches(Down));
        Assert.False(mute.Matches(Of("shop", "ComponentDown", "database")));
        Assert.False(mute.Matches(Of("other", "ComponentDown", "api")));
        goOn.SetResult();
        await driving.WaitAsync(Patience.Limit);
        Assert.Empty(await LookAsync(room));
    }

    [Fact]
    public async Task Mute_WhenTheProcessDied_IsGoneWithItsLease()
    {
        await using var room = await RunRoom.OpenAsync(Mutes + RunbookText.Valid, provider);
        using var crash = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        room.Kind.On("api", async (_, stop) =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return ScriptedKind.Done("never");
        });
        var run = await room.StartAsync();
        var driving = room.DriveAsync(run, crash.Token);
        await reached.Task.WaitAsync(Patience.Limit);
        await using var other = room.Neighbour(Mutes + RunbookText.Valid);
        Assert.Single(await LookAsync(other));
        await other.StealAsync(run);
        Assert.Empty(await LookAsync(other));
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving);
        Assert.Equal(RunStatus.Interrupted, (await other.DriveAsync(run)).Status);
        Assert.Empty(await LookAsync(other));
    }

    [Fact]
    public async Task Mute_WhileTheRunWaitsForAPerson_Holds_AndAtMostAsLongAsItsTime()
    {
        await using var room = await RunRoom.OpenAsync(Mutes.Replace("] }]", "], for: 10m }]") + RunbookText.Valid.Replace("kind: scripted\n    text: \"${steps.first.said}\"", "kind: manual\n    instruction: Look."), provider);
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal(RunStatus.Waiting, run.Status);
        Assert.Single(await LookAsync(room));
        room.Clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Empty(room.Mutes.Current);
        Assert.Single(await LookAsync(room));
        room.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await LookAsync(room));
    }

    [Fact]
    public async Task Plan_NamesTheMutes_SoThatTheyAreConfirmed()
    {
        await using var room = await RunRoom.OpenAsync(Mutes + RunbookText.Valid, provider);
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        Assert.Equal("alertname=\"ComponentDown\", component=~\"api|web\" until it ends", Assert.Single(request.Plan!.Plan!.Mutes).Words);
        Assert.NotEqual((request.Plan.Plan with { Mutes = [] }).Sealed().Hash, request.Plan.Hash);
    }

    [Theory]
    [InlineData("mutes: [{ matchers: [] }]", "A mute needs at least one matcher.")]
    [InlineData("mutes: [{ matchers: ['system=\"other\"'] }]", "A runbook mutes alerts of its own system only.")]
    [InlineData("mutes: [{ matchers: [nonsense] }]", "`nonsense` is no matcher.")]
    [InlineData("mutes: [{ matchers: ['a=\"b\"'], until: 5m }]", "until")]
    public void File_AMuteThatCannotBe_IsRefusedWithItsLine(string mutes, string problem) =>
        Assert.Contains(problem, Assert.Single(RunbookText.Problems($"{mutes}\n{RunbookText.Valid}")), StringComparison.Ordinal);

    static async Task<IReadOnlyList<OpsDashboard.Alerts.Silences.AlertMute>> LookAsync(RunRoom room)
    {
        await room.Mutes.LookAsync(default);
        return room.Mutes.Current;
    }

    static Labels Of(string system, string alert, string component) => Labels.From([new("system", system), new("alertname", alert), new("component", component)]);
}
