using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Containers;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>Containers of a real engine.</summary>
public sealed class ContainerEngineTests : IAsyncLifetime
{
    const string Forever = "trap 'exit 0' TERM; echo hello; echo oops >&2; while :; do sleep 0.1; done";

    readonly ContainerStepExecutor kind = new(TimeProvider.System);
    ContainerServer server = null!;

    public async Task InitializeAsync()
    {
        if (ContainerServer.WhyNot is null)
            server = await ContainerServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [ContainerFact]
    public async Task Restart_IsDoneWhenItRunsAnew_AndItsCheckKnowsIt()
    {
        var name = await server.RunAsync(Forever);
        var kept = "";
        var context = Context("restart", name) with { KeepAsync = (handle, _) => { kept = handle; return Task.CompletedTask; } };
        var done = Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(context, default));
        Assert.Equal("running", done.Outputs["status"]);
        Assert.NotEqual(kept, done.Outputs["started"]);
        Assert.Equal(StepEffect.Applied, await kind.CheckAsync(context with { Handle = kept }, default));
        Assert.Equal(StepEffect.Unknown, await kind.CheckAsync(context with { Handle = done.Outputs["started"] }, default));
    }

    [ContainerFact]
    public async Task StopAndStart_TwiceIsOnce()
    {
        var name = await server.RunAsync(Forever);
        Assert.Equal("exited", Assert.IsType<StepOutcome.Done>(await RunAsync("stop", name)).Outputs["status"]);
        var lines = new StepKindTests.Lines();
        Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context("stop", name, lines), default));
        Assert.Equal("It had stopped already.", lines.All[0]);
        Assert.Equal("running", Assert.IsType<StepOutcome.Done>(await RunAsync("start", name)).Outputs["status"]);
        lines = new();
        Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context("start", name, lines), default));
        Assert.Equal("It ran already.", lines.All[0]);
    }

    [ContainerFact]
    public async Task Logs_GiveBothStreams()
    {
        var name = await server.RunAsync(Forever);
        var lines = new StepKindTests.Lines();
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!lines.All.Order().SequenceEqual(["hello", "oops"]))
        {
            await pause.WaitForNextTickAsync(limit.Token);
            lines = new();
            Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context("logs", name, lines), default));
        }
    }

    [ContainerFact]
    public async Task Start_OfWhatEndsAtOnce_Fails()
    {
        var name = await server.RunAsync("exit 3");
        await server.PodmanAsync("wait", name);
        var outcome = await RunAsync("start", name);
        // It may be seen running before it ends; then it was started, and that is all that can be said.
        if (outcome is StepOutcome.Failed failed)
            Assert.Equal(("It started and ended, with exit code 3.", StepEffect.Applied), (failed.Reason, failed.Effect));
        else
            Assert.Equal("running", ((StepOutcome.Done)outcome).Outputs["status"]);
    }

    [ContainerFact]
    public async Task Inspect_ShowsNoEnvironment()
    {
        var name = await server.RunAsync(Forever, "-e", "PASSWORD=hunter2hunter2");
        var lines = new StepKindTests.Lines();
        var done = Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context("inspect", name, lines), default));
        Assert.Equal(("running", "0"), (done.Outputs["status"], done.Outputs["exit"]));
        Assert.DoesNotContain("hunter2", string.Concat(lines.All), StringComparison.Ordinal);
    }

    [ContainerFact]
    public async Task Unknown_Container_IsSaid_AndNothingIsDone()
    {
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("restart", "nobody"));
        Assert.StartsWith("The engine says:", failed.Reason, StringComparison.Ordinal);
        Assert.Equal((false, StepEffect.None), (failed.CanRetry, failed.Effect));
    }

    Task<StepOutcome> RunAsync(string action, string name) => kind.ExecuteAsync(Context(action, name), default);

    StepContext Context(string action, string name, StepKindTests.Lines? lines = null) =>
        StepKindTests.Context(StepKindTests.Step(kind, $"kind: container, connection: \"unix://{server.Socket}\", action: {action}, grace: 1m, container: {name}, timeout: 5m"), output: lines);
}
