using OpsDashboard.Http;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Redis;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>Commands on a real Redis.</summary>
public sealed class RedisStepTests : IAsyncLifetime
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    readonly RedisStepExecutor kind = new(new Outbound(), TimeProvider.System);
    readonly string password = Path.Combine(RealServer.TemporaryFolder("redispw"), "password");
    RedisServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RedisServer.StartAsync();
        await File.WriteAllTextAsync(password, server.Password);
    }

    public Task DisposeAsync()
    {
        server.Dispose();
        return Task.CompletedTask;
    }

    [RedisFact]
    public async Task Command_ChangesAndReads_WithTheValueAsOneArgument()
    {
        const string Evil = "a b\r\nDEL other ${y} '\"";
        var set = Assert.IsType<StepOutcome.Done>(await RunAsync("command: [SET, \"k:${parameters.x}\", \"<${parameters.x}>\"]", Evil));
        Assert.Equal(("OK", "It answered OK."), (set.Outputs["value"], set.Observation));
        Assert.Equal($"<{Evil}>", Assert.IsType<StepOutcome.Done>(await RunAsync("command: [GET, \"k:${parameters.x}\"]", Evil)).Outputs["value"]);
    }

    [RedisFact]
    public async Task List_IsPrinted_LineByLine()
    {
        await RunAsync("command: [RPUSH, list, one, two]");
        var lines = new StepKindTests.Lines();
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync("command: [LRANGE, list, \"0\", \"-1\"]", lines: lines));
        Assert.Equal(("one", "2"), (done.Outputs["value"], done.Outputs["count"]));
        Assert.Equal(["1: one", "2: two"], lines.All);
    }

    [RedisFact]
    public async Task Expect_AnotherAnswer_Fails()
    {
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("command: [EXISTS, nothing], expect: \"1\""));
        Assert.Equal("It answered “0”, not “1”.", failed.Reason);
    }

    [RedisFact]
    public async Task Server_ThatRefuses_ChangedNothing()
    {
        await RunAsync("command: [SET, text, x]");
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("command: [LPUSH, text, y]"));
        Assert.Equal(StepEffect.None, failed.Effect);
        Assert.Contains("WRONGTYPE", failed.Reason, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Password_ThatIsWrongOrMissing_IsSaid_AndNeverShown()
    {
        await File.WriteAllTextAsync(password, "not-this-one");
        var wrong = Assert.IsType<StepOutcome.Failed>(await RunAsync("command: [PING]"));
        Assert.Contains("refuses the password", wrong.Reason, StringComparison.Ordinal);
        File.Delete(password);
        var missing = Assert.IsType<StepOutcome.Failed>(await RunAsync("command: [PING]"));
        Assert.Contains("cannot be read", missing.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("not-this-one", wrong.Reason + missing.Reason, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Nobody_There_ChangedNothing()
    {
        server.Dispose();
        await server.Process.WaitForExitAsync();
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("command: [SET, k, v]"));
        Assert.Equal((true, StepEffect.None), (failed.CanRetry, failed.Effect));
    }

    [Theory]
    [InlineData("GET, k", "reversible", RiskClass.Read)]
    [InlineData("memory, usage, k", "reversible", RiskClass.Read)]
    [InlineData("MEMORY, PURGE", "reversible", RiskClass.Reversible)]
    [InlineData("SET, k, v", "read", RiskClass.Reversible)]
    [InlineData("DEL, k", "dataChanging", RiskClass.DataChanging)]
    [InlineData("FLUSHDB", "read", RiskClass.DataChanging)]
    [InlineData("NOBODYKNOWS, k", "read", RiskClass.Reversible)]
    public void Plan_OnlyWhatIsKnownToReadIsCalledReading(string command, string declared, RiskClass expected)
    {
        var plan = kind.Plan(StepKindTests.Step(kind, $"kind: redis, connection: \"127.0.0.1:6379\", risk: {declared}, command: [{command}]"), StepKindTests.Inputs("d"));
        Assert.Equal((expected, "127.0.0.1:6379/0"), (plan.Risk, plan.Target));
    }

    [Theory]
    [InlineData("command: [EVAL, \"return 1\", \"0\"]", "EVAL runs a script on the server. Write the commands as steps, or `script: true` where it must be.")]
    [InlineData("command: [evalsha, abc, \"0\"]", "EVALSHA runs a script on the server. Write the commands as steps, or `script: true` where it must be.")]
    [InlineData("command: [EVAL, \"return ${parameters.x}\", \"0\"], script: true", "A value may not choose what is done. Write the command's name, its second word too where it has one; values may only be arguments.")]
    [InlineData("command: [\"${parameters.x}\", k]", "A value may not choose what is done. Write the command's name, its second word too where it has one; values may only be arguments.")]
    [InlineData("command: [client, \"${parameters.x}\", \"1000\"]", "A value may not choose what is done. Write the command's name, its second word too where it has one; values may only be arguments.")]
    [InlineData("command: [MEMORY, \"US${parameters.x}\", k]", "A value may not choose what is done. Write the command's name, its second word too where it has one; values may only be arguments.")]
    [InlineData("command: [xgroup, \"${parameters.x}\", k, g]", "A value may not choose what is done. Write the command's name, its second word too where it has one; values may only be arguments.")]
    [InlineData("command: [SCRIPT, \"${parameters.x}\"], script: true", "A value may not choose what is done. Write the command's name, its second word too where it has one; values may only be arguments.")]
    [InlineData("command: [KEYS, \"*\"]", "KEYS stops the server for everybody while it looks. Use SCAN: `command: [SCAN, \"0\", MATCH, \"session:*\", COUNT, \"500\"]`.")]
    [InlineData("command: [SUBSCRIBE, c]", "SUBSCRIBE is no command for a step: it would take the connection or the server away. Use a command step on the server's node where it must be.")]
    [InlineData("command: [CLIENT, PAUSE, \"1000\"]", "CLIENT is no command for a step: it would take the connection or the server away. Use a command step on the server's node where it must be.")]
    [InlineData("command: []", "`command` is missing. Write the command and its arguments as a list: `command: [GET, key]`.")]
    public void Wrong_IsSaidWithItsLine(string keys, string expected) =>
        Assert.Equal([$"8: {expected}"], RunbookText.Problems(Head + $"  - {{ name: a, kind: redis, connection: \"127.0.0.1:1\", {keys} }}", kind));

    [RedisFact]
    public async Task Script_ThatWasAllowed_Runs() =>
        Assert.Equal("7", Assert.IsType<StepOutcome.Done>(await RunAsync("script: true, command: [EVAL, \"return tonumber(ARGV[1])\", \"0\", \"${parameters.x}\"]", "7")).Outputs["value"]);

    [Theory]
    [InlineData("", "There is no Redis address in this environment.")]
    [InlineData("redis://u:p@h:1", "The address holds a password; name its source with password_env or password_file instead.")]
    public void Address_ThatCannotBeUsed_IsAProblemOfThePlan(string address, string expected) =>
        Assert.Equal(expected, kind.Plan(StepKindTests.Step(kind, $"kind: redis, connection: \"{address}\", command: [PING]"), StepKindTests.Inputs("d")).Problem);

    Task<StepOutcome> RunAsync(string keys, string value = "d", StepKindTests.Lines? lines = null) =>
        kind.ExecuteAsync(StepKindTests.Context(StepKindTests.Step(kind, $"kind: redis, connection: \"127.0.0.1:{server.Port}\", password_file: \"{password}\", {keys}"), value, lines), default);
}
