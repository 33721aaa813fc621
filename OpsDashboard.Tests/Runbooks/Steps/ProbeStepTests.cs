using System.Net;
using System.Net.Sockets;
using OpsDashboard.Metrics.Collectors.Probes;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

public sealed class ProbeStepTests : IDisposable
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    readonly ProbeHttp http = new();
    readonly ProbeStepExecutor kind;

    public ProbeStepTests() => kind = new([new HttpProbeKind(http), new TcpProbeKind()], TimeProvider.System);

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Http_AsExpected_GivesWhatItMeasured()
    {
        await using var server = LoopbackServer.Text("{\"status\":\"healthy\"}", "application/json");
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync($"probe: http, address: \"http://{server.Address}/health/${{parameters.x}}\", expect: {{ status: 200, json: [{{ path: $.status, equals: healthy }}] }}", "a/../b"));
        Assert.Equal(("1", "200", "1"), (done.Outputs["success"], done.Outputs["status"], done.Outputs["tries"]));
        Assert.True(double.Parse(done.Outputs["seconds"], System.Globalization.CultureInfo.InvariantCulture) >= 0);
        Assert.StartsWith("GET /health/a%2F..%2Fb HTTP/1.1", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_NotAsExpected_SaysWhy_AndMayBeTriedAgain()
    {
        await using var server = LoopbackServer.Text("{\"status\":\"sick\"}", "application/json");
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync($"probe: http, address: \"http://{server.Address}/\", expect: {{ json: [{{ path: $.status, equals: healthy }}] }}"));
        Assert.Equal(("$.status is “sick”, not “healthy”.", true, StepEffect.None), (failed.Reason, failed.CanRetry, failed.Effect));
    }

    [Fact]
    public async Task Within_ItIsTriedUntilItSucceeds()
    {
        var asked = 0;
        await using var server = LoopbackServer.Text(() => ++asked < 3 ? "warming" : "ready");
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync($"probe: http, address: \"http://{server.Address}/\", expect: {{ body: ready }}, within: 10m, timeout: 20m"));
        Assert.Equal("3", done.Outputs["tries"]);
    }

    [Fact]
    public async Task Tcp_APortThatTakesConnections_AndOneThatDoesNot()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.IsType<StepOutcome.Done>(await RunAsync($"probe: tcp, address: \"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}\""));
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync($"probe: tcp, address: \"127.0.0.1:{RealServer.FreePort()}\""));
        Assert.Equal(StepEffect.None, failed.Effect);
    }

    [Fact]
    public async Task Metadata_IsClosed() =>
        Assert.Contains("closed", Assert.IsType<StepOutcome.Failed>(await RunAsync("probe: http, address: \"http://169.254.169.254/latest\"")).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task Stop_EndsIt()
    {
        await using var server = LoopbackServer.Text("no");
        using var stop = new CancellationTokenSource();
        var running = kind.ExecuteAsync(StepKindTests.Context(Step($"probe: http, address: \"http://{server.Address}/\", expect: {{ body: yes }}, within: 1h, timeout: 2h")), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience.Limit));
    }

    [Theory]
    [InlineData("probe: ping, address: h", "There is no probe `ping`. Use one of http, tcp.")]
    [InlineData("probe: http, address: \"http://${parameters.x}/a\"", "A value may not choose where the probe goes. Write scheme and host; of an http probe values may stand in path and query.")]
    [InlineData("probe: http, address: \"${parameters.x}/a\"", "A value may not choose where the probe goes. Write scheme and host; of an http probe values may stand in path and query.")]
    [InlineData("probe: tcp, address: \"h:${parameters.x}\"", "A value may not choose where the probe goes. Write scheme and host; of an http probe values may stand in path and query.")]
    [InlineData("probe: tcp, address: \"h:1\", within: 2m", "It is tried as long as the step may take, or longer. Give the step a longer `timeout:`.")]
    public void Wrong_IsSaidWithItsLine(string keys, string expected) => Assert.Equal([$"8: {expected}"], RunbookText.Problems(Head + $"  - {{ name: a, kind: probe, {keys} }}", kind));

    [Fact]
    public void Plan_WithoutAUsableAddress_CannotRunHere() =>
        Assert.Equal("The address cannot be probed: it is not host:port.", kind.Plan(Step("probe: tcp, address: nothing"), StepKindTests.Inputs("d")).Problem);

    StepSpec Step(string keys) => StepKindTests.Step(kind, $"kind: probe, {keys}");

    Task<StepOutcome> RunAsync(string keys, string value = "d") => kind.ExecuteAsync(StepKindTests.Context(Step(keys), value), default);
}
