using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Local;
using OpsDashboard.Runbooks.Nodes.Ssh;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes;

/// <summary>The command step on real nodes: this machine, and one over SSH.</summary>
public sealed class CommandStepTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    string? kept;
    readonly string folder = RealServer.TemporaryFolder("steps");

    [Fact]
    public async Task Local_RunsTheCommand_AndKeepsItsHandle()
    {
        var kind = Kind(FixedNodes.Of("here"));
        var (outcome, lines) = await ExecuteAsync(kind, "node: here, argv: [printf, \"pid=<%s>\\\\n\", \"${parameters.x}\"], capture: { pid: \"pid=(.*)\" }", "; rm -rf 'x'");
        var done = Assert.IsType<StepOutcome.Done>(outcome);
        Assert.Equal(("<; rm -rf 'x'>", "0"), (done.Outputs["pid"], done.Outputs["exit"]));
        Assert.Equal(["pid=<; rm -rf 'x'>"], lines);
        Assert.Equal("here", Assert.Single(StepHandles.Parse(kept).All).NodeId);
    }

    [Fact]
    public async Task Local_WhereItIsOff_SaysSoInThePlanAndRunsNothing()
    {
        var kind = Kind(FixedNodes.Of("here"), allowLocal: false);
        var step = StepKindTests.Step(kind, "kind: command, node: here, argv: [\"true\"]");
        Assert.Equal("Commands on the dashboard's own machine are off. Set Nodes__AllowLocal=true to allow them.", kind.Plan(step, StepKindTests.Inputs("v")).Problem);
        Assert.Equal(StepEffect.None, Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(StepKindTests.Context(step), default)).Effect);
        Assert.Null(kept);
    }

    [Fact]
    public async Task Secret_IsGivenByName_AndNeverShown()
    {
        var kind = Kind(FixedNodes.Of("here"));
        var (outcome, lines) = await ExecuteAsync(kind, "node: here, argv: [sh, -c, \"echo it is $TOKEN\"], secrets: { TOKEN: deploy }, capture: { all: \"(.*)\" }");
        Assert.Equal("it is •••", Assert.IsType<StepOutcome.Done>(outcome).Outputs["all"]);
        Assert.Equal(["it is •••"], lines);
        var (missing, _) = await ExecuteAsync(kind, "node: here, argv: [\"true\"], secrets: { TOKEN: other }");
        Assert.Equal(new StepOutcome.Failed("There is no secret `other`.", false, StepEffect.None), missing);
    }

    [Theory]
    [InlineData("env: { LD_PRELOAD: x }", "8: The variable `LD_PRELOAD` decides which program runs; a command may not be given it. Give it another name.")]
    [InlineData("secrets: { TOKEN: \"hunter2 or so\" }", "8: The variable `TOKEN` must be given the name of a secret, not the secret itself. Use letters, digits, _ and -, beginning with a letter, at most 63; neither `Folder` nor an ending `File`.")]
    public void Wrong_Keys_AreSaidWithTheirLine(string keys, string expected) =>
        Assert.Equal([expected], RunbookText.Problems(Head + $"  - {{ name: a, kind: command, node: here, argv: [x], {keys} }}", Kind(FixedNodes.Of("here"))));

    [Fact]
    public async Task Stopped_EndsTheTree_AndThrows()
    {
        var kind = Kind(FixedNodes.Of("here"));
        using var stop = new CancellationTokenSource();
        var context = Context(kind, "node: here, argv: [sh, -c, \"sleep 300 & echo ready; wait\"]") with { Output = new SeenLines(() => stop.Cancel()) };
        await Assert.ThrowsAsync<OperationCanceledException>(() => kind.ExecuteAsync(context, stop.Token)).WaitAsync(Patience.Limit);
        Assert.Empty(Trees.Alive(StepHandles.Parse(kept).All[0].Handle));
    }

    [Fact]
    public async Task Begun_Again_EndsFirstWhatACrashLeft()
    {
        var kind = Kind(FixedNodes.Of("here"));
        var left = await LeaveAsync();
        var context = Context(kind, "node: here, argv: [\"true\"]") with { Handle = StepHandles.None.With("here", left).ToString() };
        Assert.Equal(StepEffect.Unknown, await kind.CheckAsync(context, default));
        Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(context, default));
        Assert.Empty(Trees.Alive(left));
        Assert.NotEqual(context.Handle, kept);
    }

    [Fact]
    public async Task End_EndsWhatACrashLeft()
    {
        var kind = Kind(FixedNodes.Of("here"));
        var left = await LeaveAsync();
        Assert.Null(await kind.EndAsync(Context(kind, "node: here, argv: [x]") with { Handle = StepHandles.None.With("here", left).ToString() }, default));
        Assert.Empty(Trees.Alive(left));
    }

    [Fact]
    public async Task End_OfACommandOfAnotherMachine_IsSaidToBeUnknown_AndNothingIsBegunBesideIt()
    {
        var kind = Kind(FixedNodes.Of("here"));
        var context = Context(kind, "node: here, argv: [\"true\"]") with { Handle = $"here another {new CommandHandle(CommandHandle.NewMarker(), ProcessTable.Boot, 4711, 1)}" };
        Assert.Equal("here: begun by the dashboard on another; it cannot be looked for from here.", await kind.EndAsync(context, default));
        Assert.Equal(StepEffect.Unknown, Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(context, default)).Effect);
        Assert.Null(kept);
    }

    [SshFact]
    public async Task Ssh_RunsTheCommand_AndALostOneIsFoundByItsExitCode()
    {
        using var server = await SshServer.StartAsync();
        var kind = Kind(FixedNodes.Of("here") with { Ssh = server }, server);
        var (outcome, lines) = await ExecuteAsync(kind, "node: there, argv: [echo, \"${parameters.x}\"]", "$(id)");
        Assert.IsType<StepOutcome.Done>(outcome);
        Assert.Equal(["$(id)"], lines);
        var context = Context(kind, "node: there, argv: [echo]") with { Handle = kept };
        Assert.Equal($"there (ssh {server.User}@127.0.0.1:{server.Port})", kind.Plan(context.Step, StepInputs.None).Target);
        Assert.Equal(StepEffect.Applied, await kind.CheckAsync(context, default));
        Assert.Null(await kind.EndAsync(context, default));
    }

    [Fact]
    public async Task Set_IsWorkedThrough_InBatches_WithResultsForEachNode()
    {
        var kind = Kind(FixedNodes.Of("a", "b", "c") with { Set = new("all", ["a", "b", "c"], 2, true, TimeSpan.Zero, 0, 1, "environments/test.yml", 1) });
        var (outcome, lines) = await ExecuteAsync(kind, "node: all, argv: [echo, hello]");
        var done = Assert.IsType<StepOutcome.Done>(outcome);
        Assert.Equal("All 3 nodes are done.", done.Observation);
        Assert.Equal(["0", "0", "0"], new[] { "a", "b", "c" }.Select(id => done.Outputs[id]));
        Assert.Equal(["Begins on a; 0 of 3 nodes are done.", "a | hello", "a | The command ended with exit code 0.", "Begins on b, c; 1 of 3 nodes are done."], lines[..4]);
        Assert.Equal(["a", "b", "c"], StepHandles.Parse(kept).All.Select(handle => handle.NodeId).Order());
    }

    [Fact]
    public async Task Set_WhoseFirstNodeFails_LeavesTheOthersAlone()
    {
        var kind = Kind(FixedNodes.Of("a", "b") with { Set = new("all", ["a", "b"], 1, true, TimeSpan.Zero, 1, 1, "environments/test.yml", 1) });
        var (outcome, _) = await ExecuteAsync(kind, "node: all, argv: [\"false\"]");
        Assert.Equal(new StepOutcome.Failed("The first node, a, failed: the others were left alone. 0 of 2 nodes are done.", false, StepEffect.Unknown), outcome);
        Assert.Equal("a", Assert.Single(StepHandles.Parse(kept).All).NodeId);
        Assert.Equal("all: a (the dashboard's own machine), b (the dashboard's own machine); 1 at a time, a first and alone, never fewer than 1 of 2 healthy (which cannot be verified of a, b: no component or target is named for them, so only their failing here counts)",
            kind.Plan(StepKindTests.Step(kind, "kind: command, node: all, argv: [x]"), StepInputs.None).Target);
    }

    CommandStepExecutor Kind(FixedNodes catalogue, SshServer? server = null, bool allowLocal = true) => new(
        new(() => catalogue, [new LocalNodeKind(new() { AllowLocal = allowLocal }, TimeProvider.System), new SshNodeKind(new OneSecret(server?.PrivateKey ?? "none"), new() { DataDirectory = folder }, TimeProvider.System)]),
        new OneSecret("s3cr3t-value"), TimeProvider.System);

    StepContext Context(CommandStepExecutor kind, string keys, string value = "d") => StepKindTests.Context(StepKindTests.Step(kind, $"kind: command, {keys}"), value) with
    {
        KeepAsync = (handle, _) =>
        {
            kept = handle;
            return Task.CompletedTask;
        },
    };

    async Task<(StepOutcome Outcome, List<string> Lines)> ExecuteAsync(CommandStepExecutor kind, string keys, string value = "d")
    {
        var output = new StepKindTests.Lines();
        return (await kind.ExecuteAsync(Context(kind, keys, value) with { Output = output }, default).WaitAsync(Patience.Limit), output.All);
    }

    /// <summary>As a dashboard that was killed leaves a command: running, its handle written down.</summary>
    static async Task<CommandHandle> LeaveAsync()
    {
        var watch = new NotedCommand();
        _ = new LocalNode(new() { AllowLocal = true }, TimeProvider.System).RunAsync(Trees.Command("double fork"), watch, default);
        await watch.SeesAsync("ready");
        return await watch.Handle;
    }

    sealed class SeenLines(Action seen) : IStepOutput
    {
        public void Write(string line, bool isError = false) => seen();
    }

    sealed class OneSecret(string text) : ISecrets
    {
        public SecretValue Find(string name) => name == "deploy" ? new(name, text) : throw new OpsDashboard.Metrics.Collectors.SecretMissingException($"There is no secret `{name}`.");
    }

    sealed record FixedNodes(IReadOnlyList<string> Local) : ICatalogue
    {
        public NodeSet? Set { get; init; }
        public SshServer? Ssh { get; init; }

        public static FixedNodes Of(params string[] local) => new(local);

        public CatalogueSnapshot Current => new(1, "", "test", [], [])
        {
            Nodes =
            [
                .. Local.Select(id => new Node(id, "local", "test", "local", "environments/test.yml", 1)),
                .. Ssh is null ? [] : new[] { new Node("there", "ssh", "test", new SshAddress("127.0.0.1", Ssh.Port, Ssh.User, "deploy", [Ssh.HostKey]), "environments/test.yml", 1) },
            ],
            NodeSets = Set is null ? [] : [Set],
        };

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
    }
}
