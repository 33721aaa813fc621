using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Probes;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Probes;

public sealed class TcpProbeTests
{
    readonly CollectOnce collect = new();

    Task<CollectOutcome> ProbeAsync(string address, string? send = null, string? expect = null) =>
        collect.RunAsync(new TcpProbeKind(), CollectOnce.Target("tcp", address, new TcpProbeOptions(false, false, send, expect), address), Patience.Limit);

    [Fact]
    public async Task Probe_PortTakesConnections_IsWell()
    {
        await using var server = LoopbackServer.Text("");
        Assert.Equal(CollectFailure.None, (await ProbeAsync(server.Address)).Failure);
        Assert.Equal(1, collect.Samples.Last("probe_success"));
        Assert.True(collect.Samples.Last("probe_duration_seconds", ("phase", "connect")) > 0);
    }

    [Fact]
    public async Task Probe_NobodyListens_IsRefused()
    {
        var address = $"127.0.0.1:{RealServer.FreePort()}";
        var outcome = await ProbeAsync(address);
        Assert.Equal((CollectFailure.Refused, $"Nothing listens at {address}: the connection was refused."), (outcome.Failure, outcome.Reason));
        Assert.Equal(0, collect.Samples.Last("probe_success"));
    }

    [Fact]
    public async Task Probe_Answer_IsCompared()
    {
        await using var server = LoopbackServer.Raw((_, stream, stop) => stream.WriteAsync("+PONG\r\n"u8.ToArray(), stop).AsTask());
        Assert.Equal(CollectFailure.None, (await ProbeAsync(server.Address, "PING\\r\\n\\r\\n", "^\\+PONG")).Failure);
        Assert.Equal(CollectFailure.AssertionFailed, (await ProbeAsync(server.Address, "PING\\r\\n\\r\\n", "^-ERR")).Failure);
    }

    [Theory]
    [InlineData("db.example.com:5432", true)]
    [InlineData("tcp://[::1]:80", true)]
    [InlineData("db.example.com", false)]
    [InlineData("db:0", false)]
    [InlineData("a b:80", false)]
    public void RejectAddress_JudgesHostAndPort(string address, bool isFine) => Assert.Equal(isFine, ((ICollectorKind)new TcpProbeKind()).RejectAddress(address) is null);
}
