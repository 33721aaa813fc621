using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>Commands on simulated machines, over HTTP as the node kind sends them.</summary>
public sealed class CommandTests(RunningFleet fleet) : IClassFixture<RunningFleet>
{
    [Theory]
    [InlineData("case-opening", "memoryLeak", "systemctl", "restart", "case-opening-api")]
    [InlineData("liap-tui", "hang", "systemctl", "restart", "liap-tui")]
    [InlineData("dnd-companion", "crash", "docker", "restart", "dnd-backend")]
    [InlineData("nba-projections", "databaseGone", "kubectl", "rollout", "restart", "statefulset/postgres")]
    [InlineData("dnd-companion", "cacheCold", "npm", "run", "cache:warm")]
    [InlineData("case-opening", "frameDrop", "bun", "run", "flag:set", "fallback-animation", "on")]
    [InlineData("case-opening", "errors", "bun", "run", "scripts/disable-feature-flag.js", "--feature=case-opening-v2")]
    [InlineData("dnd-companion", "connectionLeak", "docker", "restart", "dnd-backend")]
    [InlineData("dnd-companion", "longQuery", "docker", "restart", "dnd-postgres")]
    [InlineData("dnd-companion", "diskFull", "docker", "image", "prune", "-af", "--filter", "until=720h")]
    [InlineData("liap-tui", "diskFull", "npm", "run", "events:prune", "--", "30d")]
    [InlineData("liap-tui", "flood", "npm", "run", "flag:set", "--", "rate-limit", "on")]
    [InlineData("nba-projections", "busyProcessor", "kubectl", "drain", "node-2", "--ignore-daemonsets", "--timeout=5m")]
    public async Task TheRightCommand_EndsTheFault(string system, string fault, params string[] argv)
    {
        await fleet.InjectAsync(system, new { kind = fault, seconds = 600 });
        var (exit, _) = await RunAsync(system, argv);
        Assert.Equal(0, exit);
        Assert.DoesNotContain(fault, await fleet.Control.GetStringAsync($"/systems/{system}/faults"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherCommand_EndsNothing()
    {
        await fleet.InjectAsync("quantum-nexus", new { kind = "databaseGone", seconds = 600 });
        Assert.Equal(0, (await RunAsync("quantum-nexus", "systemctl", "restart", "quantum-nexus")).Exit);
        Assert.Contains("databaseGone", await fleet.Control.GetStringAsync("/systems/quantum-nexus/faults"), StringComparison.Ordinal);
        await fleet.EndAsync("quantum-nexus");
    }

    [Theory]
    [InlineData("case-opening", "errors", "bun", "run", "flag:set", "another-feature", "off")]
    [InlineData("case-opening", "errors", "sudo", "systemctl", "restart", "case-opening-api")]
    [InlineData("nba-projections", "busyProcessor", "kubectl", "drain", "node-1", "--ignore-daemonsets")]
    [InlineData("dnd-companion", "longQuery", "docker", "restart", "dnd-backend")]
    public async Task AWellMeantCommand_EndsNothing(string system, string fault, params string[] argv)
    {
        await fleet.InjectAsync(system, new { kind = fault, seconds = 600 });
        Assert.Equal(0, (await RunAsync(system, argv)).Exit);
        Assert.Contains(fault, await fleet.Control.GetStringAsync($"/systems/{system}/faults"), StringComparison.Ordinal);
        await fleet.EndAsync(system);
    }

    [Fact]
    public async Task Drain_WithoutItsOptions_StopsHalfWay_AndUncordonGivesBack()
    {
        var (exit, lines) = await RunAsync("nba-projections", "kubectl", "drain", "node-3");
        Assert.Equal((1, true), (exit, lines[^1].Contains("use --ignore-daemonsets to ignore", StringComparison.Ordinal)));
        Assert.Contains((await RunAsync("nba-projections", "kubectl", "get", "nodes")).Lines, line => line.StartsWith("node-3   Ready,SchedulingDisabled", StringComparison.Ordinal));
        Assert.Equal("node/node-3 uncordoned", (await RunAsync("nba-projections", "kubectl", "uncordon", "node-3")).Lines[^1]);
    }

    [Fact]
    public async Task QueryLogging_IsOnUntilItIsTakenBack()
    {
        async Task<string> StateAsync() => (await RunAsync("dnd-companion", "docker", "exec", "dnd-postgres", "psql", "-U", "dnd", "-c", "SHOW log_statement")).Lines[2].Trim();
        Assert.Equal("none", await StateAsync());
        await RunAsync("dnd-companion", "docker", "exec", "dnd-postgres", "psql", "-U", "dnd", "-c", "ALTER SYSTEM SET log_statement = 'all'", "-c", "SELECT pg_reload_conf()");
        Assert.Equal("all", await StateAsync());
        await RunAsync("dnd-companion", "docker", "exec", "dnd-postgres", "psql", "-U", "dnd", "-c", "ALTER SYSTEM RESET log_statement");
        Assert.Equal("none", await StateAsync());
    }

    [Theory]
    [InlineData("203.0.113.0/24", 0)]
    [InlineData("2001:db8::1", 0)]
    [InlineData("300.1.1.1", 1)]
    [InlineData("; reboot", 1)]
    public async Task Firewall_BlocksAddressesAndNetworks_AndNothingElse(string address, int expected)
    {
        Assert.Equal(expected, (await RunAsync("quantum-nexus", "sudo", "ufw", "insert", "1", "deny", "from", address)).Exit);
        Assert.Equal(expected == 0 ? "Rule deleted" : "Could not delete non-existent rule", (await RunAsync("quantum-nexus", "ufw", "delete", "deny", "from", address)).Lines[^1]);
    }

    [Fact]
    public async Task Scale_TakesTheWaitingAway()
    {
        var (exit, lines) = await RunAsync("quantum-nexus", "npm", "run", "workers:scale", "--", "8");
        Assert.Equal((0, "8 workers serve"), (exit, lines[^1]));
        using var state = JsonDocument.Parse(await fleet.Control.GetStringAsync("/systems/quantum-nexus"));
        Assert.Equal(8, state.RootElement.GetProperty("replicas").GetInt32());
        Assert.Equal(1, (await RunAsync("quantum-nexus", "npm", "run", "workers:scale", "--", "8; rm -rf /")).Exit);
    }

    [Theory]
    [InlineData(127, "vim: command not found", "vim")]
    [InlineData(5, "Unit nobody.service could not be found.", "systemctl", "restart", "nobody")]
    [InlineData(1, "Error response from daemon: No such container: nobody", "docker", "restart", "nobody")]
    [InlineData(1, "error: invalid argument \"--replicas=0\"", "kubectl", "scale", "deployment/api", "--replicas=0")]
    public async Task AWrongCommand_FailsAsOnARealMachine(int exit, string said, params string[] argv)
    {
        var (code, lines) = await RunAsync("nba-projections", argv);
        Assert.Equal((exit, said), (code, lines[^1]));
    }

    [Fact]
    public async Task AnArgument_StaysOneArgument() =>
        Assert.Equal("; rm -rf / $(id) \"x\" 'y'", (await RunAsync("case-opening", "echo", "; rm -rf / $(id) \"x\" 'y'")).Lines[0]);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"argv\":[]}")]
    [InlineData("{\"argv\":[\"\"]}")]
    [InlineData("{\"argv\":[null]}")]
    public async Task ABadOrder_IsRefused(string body)
    {
        using var response = await fleet.Control.PostAsync("/systems/case-opening/commands", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    async Task<(int Exit, IReadOnlyList<string> Lines)> RunAsync(string system, params string[] argv)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var response = await fleet.Control.PostAsJsonAsync($"/systems/{system}/commands", new { argv }, limit.Token);
        response.EnsureSuccessStatusCode();
        var lines = new List<string>();
        foreach (var line in (await response.Content.ReadAsStringAsync(limit.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var said = JsonDocument.Parse(line);
            if (said.RootElement.TryGetProperty("exit", out var exit))
                return (exit.GetInt32(), lines);
            lines.Add(said.RootElement.EnumerateObject().First().Value.GetString()!);
        }
        throw new InvalidOperationException("The command did not end.");
    }
}
