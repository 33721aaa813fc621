using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Streams;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Sql;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class StepKindTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    static readonly Outbound Open = new();

    [Theory]
    [InlineData("argv: [\"${parameters.x}\", now]", "8: The program itself is no value to fill in. Write its name; values may only be arguments.")]
    [InlineData("argv: [sh, -c, \"echo ${parameters.x}\"]", "8: A value in a text for sh would be run as code. Call the program directly, with the value as an argument of its own.")]
    [InlineData("argv: []", "8: `argv` is missing. Write the program and its arguments as a list: `argv: [systemctl, restart, api]`.")]
    [InlineData("argv: [x], exitCodes: [300]", "8: An exit code is a number from 0 to 255. Write for example `exitCodes: [0, 3]`.")]
    public void Command_AValueNeverBecomesCode(string keys, string expected) =>
        Assert.Equal([expected], RunbookText.Problems(Head + $"  - {{ name: a, kind: command, node: n, {keys} }}", Command(Nowhere())));

    [Theory]
    [InlineData("; rm -rf /")]
    [InlineData("$(reboot)")]
    [InlineData("a b\"c'd")]
    [InlineData("../../etc")]
    public async Task Command_GetsAValueAsOneLiteralArgument(string value)
    {
        var runner = new RecordingRunner();
        var kind = Command(new(() => With("n"), [runner]));
        var step = Step(kind, "kind: command, node: n, argv: [say, \"<${parameters.x}>\", end]");
        var outcome = await kind.ExecuteAsync(Context(step, value), default);
        Assert.IsType<StepOutcome.Done>(outcome);
        Assert.Equal(["say", $"<{value}>", "end"], runner.Command!.Arguments);
        Assert.Equal(["say", $"<{value}>", "end"], kind.Plan(step, Inputs(value)).Command);
    }

    [Fact]
    public async Task Command_WhatAnEarlierStepSaid_BecomesNoOption()
    {
        var runner = new RecordingRunner();
        var kind = Command(new(() => With("n"), [runner]));
        var step = RunbookText.Runbook(Head + "  - { name: b, kind: command, node: n, argv: [find], capture: { id: \"(.*)\" } }\n  - { name: a, kind: command, node: n, argv: [remove, \"${steps.b.id}\"] }", kind).Steps[1];
        StepContext Said(string id) => Context(step) with { Inputs = new(new Dictionary<string, string>(), new Dictionary<string, IReadOnlyDictionary<string, string>> { ["b"] = new Dictionary<string, string> { ["id"] = id } }) };

        Assert.Equal(new StepOutcome.Failed("`${steps.b.id}` begins with a hyphen here and would be read as an option.", false, StepEffect.None), await kind.ExecuteAsync(Said("--all"), default));
        Assert.Null(runner.Command);
        Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Said("4711"), default));
        Assert.Equal(["remove", "4711"], runner.Command!.Arguments);
    }

    [Fact]
    public async Task Command_CapturesOutputs_AndJudgesTheExit()
    {
        var runner = new RecordingRunner { Lines = ["MainPID=4711", "x"], End = CommandResult.Exited(0) };
        var kind = Command(new(() => With("n"), [runner]));
        var step = Step(kind, "kind: command, node: n, argv: [show], capture: { pid: \"MainPID=(\\\\d+)\" }");
        var done = Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context(step), default));
        Assert.Equal(("4711", "0"), (done.Outputs["pid"], done.Outputs["exit"]));

        runner.End = CommandResult.Exited(7);
        Assert.Equal(new StepOutcome.Failed("The command ended with exit code 7.", true, StepEffect.Unknown), await kind.ExecuteAsync(Context(step), default));
        runner.End = new(CommandEnding.Unknown, null, "The connection broke.");
        Assert.Equal(StepEffect.Unknown, Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(Context(step), default)).Effect);
        runner.End = CommandResult.NotStarted("No route.");
        Assert.Equal(StepEffect.None, Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(Context(step), default)).Effect);
    }

    [Fact]
    public void Command_OnANodeThatThisEnvironmentLacks_CannotRunHere() =>
        Assert.Equal("The environment test defines no node n.", Command(Nowhere()) is var kind ? kind.Plan(Step(kind, "kind: command, node: n, argv: [x]"), Inputs("v")).Problem : null);

    [Theory]
    [InlineData("a/../b?c=d&e#f", "/files/a%2F..%2Fb%3Fc%3Dd%26e%23f")]
    [InlineData("x\" y", "/files/x%22%20y")]
    public async Task Http_AValueStaysWhereItStandsInTheAddress(string value, string path)
    {
        await using var server = LoopbackServer.Text("{\"state\":\"on\"}", "application/json");
        using var kind = new HttpStepExecutor(Open);
        var step = Step(kind, $"kind: http, url: \"http://127.0.0.1:{server.Port}/files/${{parameters.x}}\", capture: {{ state: state }}");
        var done = Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context(step, value), default));
        Assert.Equal(("200", "on"), (done.Outputs["status"], done.Outputs["state"]));
        Assert.StartsWith($"GET {path} HTTP/1.1", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task Http_AValueOfDots_LeadsNowhereElse(string value)
    {
        await using var server = LoopbackServer.Text("");
        using var kind = new HttpStepExecutor(Open);
        var step = Step(kind, $"kind: http, method: DELETE, url: \"http://127.0.0.1:{server.Port}/cache/${{parameters.x}}\"");
        Assert.Equal("A value of only dots would lead to another path.", kind.Plan(step, Inputs(value)).Problem);
        Assert.Equal(new StepOutcome.Failed("A value of only dots would lead to another path.", false, StepEffect.None), await kind.ExecuteAsync(Context(step, value), default));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Http_SecretsByName_AreSent_AndStandNowhereInThePlan()
    {
        await using var server = LoopbackServer.Text("{\"session\":{\"api_token\":\"abc\",\"state\":\"on\"}}", "application/json");
        using var kind = new HttpStepExecutor(Open);
        var step = Step(kind, $"kind: http, method: POST, url: \"http://127.0.0.1:{server.Port}/?api_key=k-123\", headers: {{ Authorization: Bearer h-456, X-Mode: fast }}, json: {{ password: p-789, keys: all }}, capture: {{ found: session }}");

        Assert.Equal(["POST", $"http://127.0.0.1:{server.Port}/?api_key=•••", "Authorization: •••", "X-Mode: fast", "{\"password\":\"•••\",\"keys\":\"all\"}"], kind.Plan(step, Inputs("d")).Command);
        var done = Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(Context(step), default));
        Assert.Equal("{\"api_token\":\"•••\",\"state\":\"on\"}", done.Outputs["found"]);
        Assert.Contains("api_key=k-123", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("Bearer h-456", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500 Oops", "It answered 500.", true)]
    [InlineData("404 Nope", "It answered 404.", false)]
    public async Task Http_AnAnswerThatIsNoSuccess_Fails(string status, string reason, bool canRetry)
    {
        await using var server = LoopbackServer.Text("", status: status);
        using var kind = new HttpStepExecutor(Open);
        var failed = Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(Context(Step(kind, $"kind: http, url: \"http://127.0.0.1:{server.Port}/\"")), default));
        Assert.Equal((reason, canRetry, StepEffect.None), (failed.Reason, failed.CanRetry, failed.Effect));
    }

    [Fact]
    public async Task Http_NobodyThere_ChangedNothing_MetadataIsClosed()
    {
        using var kind = new HttpStepExecutor(Open);
        var post = Step(kind, $"kind: http, method: POST, url: \"http://127.0.0.1:{RealServer.FreePort()}/\", json: {{ a: \"1\" }}");
        Assert.Equal(StepEffect.None, Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(Context(post), default)).Effect);
        var closed = Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(Context(Step(kind, "kind: http, url: \"http://169.254.169.254/latest\"")), default));
        Assert.Contains("closed", closed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url: \"${parameters.x}/a\"", "8: A value may not choose where the request goes. Write scheme, host and a slash; values may stand in path and query.")]
    [InlineData("url: \"http://api.${parameters.x}/a\"", "8: A value may not choose where the request goes. Write scheme, host and a slash; values may stand in path and query.")]
    [InlineData("url: \"http://h/\", capture: { t: access_token }", "8: `t: access_token` sounds like a secret, and outputs are shown. Let the step that needs it read it itself.")]
    [InlineData("url: \"http://h/\", method: get", "8: `get` is no method. Use one of GET, HEAD, POST, PUT, PATCH, DELETE.")]
    public void Http_Wrong_IsSaidWithItsLine(string keys, string expected)
    {
        using var kind = new HttpStepExecutor(Open);
        Assert.Equal([expected], RunbookText.Problems(Head + $"  - {{ name: a, kind: http, {keys} }}", kind));
    }

    [Theory]
    [InlineData("query: \"SELECT '${parameters.x}'\"", "8: A value in the text of a statement would be run as code. Write `@name`, and `values: { name: \"${parameters.name}\" }`.")]
    [InlineData("statement: DELETE FROM t", "8: A statement declares how many rows it may touch. Write for example `max_rows: 5`.")]
    [InlineData("timeout: 5s", "8: A step is either a `query` or a `statement`. Keep `query:` for reading or `statement:` for writing.")]
    public void Sql_Wrong_IsSaidWithItsLine(string keys, string expected) =>
        Assert.Equal([expected], RunbookText.Problems(Head + $"  - {{ name: a, kind: sql, connection: \"postgres://u@h/d\", {keys} }}", new SqlStepExecutor(Open, TimeProvider.System)));

    internal static StepSpec Step<T>(T kind, string keys) where T : IStepKind => RunbookText.Runbook(Head + $"  - {{ name: a, {keys} }}", kind).Steps[0];

    internal static StepInputs Inputs(string value) => new(new Dictionary<string, string> { ["x"] = value }, new Dictionary<string, IReadOnlyDictionary<string, string>>());

    internal static StepContext Context(StepSpec step, string value = "d", IStepOutput? output = null) => new()
    {
        RunId = Guid.NewGuid(),
        RunName = "RUN-1",
        RunbookTitle = "T",
        SystemId = "shop",
        Step = step,
        Inputs = Inputs(value),
        Output = output ?? new Lines(),
        StartedAt = FakeTimeProvider.DefaultStart,
    };

    static CommandStepExecutor Command(CommandNodes nodes) => new(nodes, new NoSecrets(), TimeProvider.System);

    static CommandNodes Nowhere() => new(() => With(), []);

    static FixedCatalogue With(params string[] nodes) => new([.. nodes.Select(id => new Node(id, "recording", "test", "", "environments/test.yml", 1))]);

    internal sealed class Lines : IStepOutput
    {
        public List<string> All { get; } = [];

        public void Write(string line, bool isError = false)
        {
            lock (All)
                All.Add(line);
        }
    }

    sealed class RecordingRunner : ICommandNodeKind, ICommandNode
    {
        public string Kind => "recording";
        public CommandSpec? Command { get; private set; }
        public IReadOnlyList<string> Lines { get; init; } = [];
        public CommandResult End { get; set; } = CommandResult.Exited(0);

        public object ReadOptions(YamlMap node) => "";

        public string Describe(Node node) => node.Id;

        public ICommandNode Open(Node node) => this;

        public async Task<CommandResult> RunAsync(CommandSpec command, ICommandWatch watch, CancellationToken abort)
        {
            Command = command;
            await watch.StartedAsync(new(CommandHandle.NewMarker(), "0", 2, 0), abort);
            foreach (var line in Lines)
                watch.Write(new(OutputStream.Output, line));
            return End;
        }

        public Task<FoundCommand> FindAsync(CommandHandle handle, CancellationToken stop) => Task.FromResult(new FoundCommand(FoundState.Ended, 0, ""));

        public Task<AbortResult> AbortAsync(CommandHandle handle, CancellationToken stop) => throw new NotSupportedException();
    }

    sealed class NoSecrets : OpsDashboard.Runbooks.Secrets.ISecrets
    {
        public OpsDashboard.Runbooks.Secrets.SecretValue Find(string name) => throw new OpsDashboard.Metrics.Collectors.SecretMissingException($"There is no secret `{name}`.");
    }

    sealed class FixedCatalogue(IReadOnlyList<Node> nodes) : ICatalogue
    {
        public CatalogueSnapshot Current { get; } = new(1, "", "test", [], []) { Nodes = nodes };

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
    }
}
