using System.Net;
using Microsoft.Extensions.Configuration;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Http;

public sealed class OutboundTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("::a9fe:a9fe", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fe80::1%3", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("168.63.129.16", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("10.0.0.7", false)]
    [InlineData("2001:db8::7", false)]
    public void IsClosed_LinkLocalAndMetadata_HoweverTheyAreWritten(string address, bool isClosed) => Assert.Equal(isClosed, new Outbound().IsClosed(IPAddress.Parse(address)));

    [Fact]
    public void AllowedNetworks_AreOpen_TheRestStaysClosed()
    {
        var outbound = Outbound.Read(Settings("169.254.7.0/24, fe80::/10"));
        Assert.False(outbound.IsClosed(IPAddress.Parse("169.254.7.9")));
        Assert.False(outbound.IsClosed(IPAddress.Parse("fe80::9")));
        Assert.True(outbound.IsClosed(IPAddress.Parse("169.254.169.254")));
        Assert.Contains("'anything'", Assert.Throws<StartRefusedException>(() => Outbound.Read(Settings("anything"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Demand_ANameWithOneClosedAddress_IsRefused() =>
        Assert.Throws<OutboundClosedException>(() => new Outbound().Demand("rebinding.example", [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("169.254.169.254")]));

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    public async Task Request_ToAClosedAddress_IsRefusedWithASentence(string url)
    {
        using var http = new CollectorHttp();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.SendAsync(request, new(), CancellationToken.None));
        var outcome = HttpFailure.Explain(failure, new(url))!;
        Assert.Equal(CollectFailure.Refused, outcome.Failure);
        Assert.Contains("Outbound__AllowedNetworks", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_ToAClosedAddress_IsRefused()
    {
        using var http = new CollectorHttp();
        await using var server = LoopbackServer.Text("", status: "302 Found", headers: "Location: http://169.254.169.254/secret\r\n");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server.Address}/");
        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.SendAsync(request, new(), CancellationToken.None));
        Assert.Contains("169.254.169.254", HttpFailure.Explain(failure, new($"http://{server.Address}/"))!.Reason, StringComparison.Ordinal);
    }

    static IConfiguration Settings(string networks) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Outbound:AllowedNetworks"] = networks }).Build();
}
