using System.Text;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Probes;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Probes;

public sealed class HttpProbeTests : IDisposable
{
    readonly CollectOnce collect = new();
    readonly ProbeHttp http = new();
    HttpProbeOptions options = new();

    public void Dispose() => http.Dispose();

    Target Target(string address) => CollectOnce.Target("http", address, options, address);

    async Task<CollectOutcome> ProbeAsync(LoopbackServer server, string scheme = "http", TimeSpan? timeout = null)
    {
        await using (server)
            return await collect.RunAsync(new HttpProbeKind(http), Target($"{scheme}://{server.Address}/health"), timeout);
    }

    double Phase(string phase) => collect.Samples.Last("probe_duration_seconds", ("phase", phase));

    [Fact]
    public async Task Probe_Healthy_ReportsEveryPhase()
    {
        var server = LoopbackServer.Text("{\"status\":\"healthy\"}", "application/json");
        Assert.Equal(CollectFailure.None, (await ProbeAsync(server)).Failure);
        Assert.Equal((1, 200, 20), (collect.Samples.Last("probe_success"), collect.Samples.Last("probe_http_status_code"), collect.Samples.Last("probe_http_body_bytes")));
        Assert.InRange(Phase("dns") + Phase("connect") + Phase("first_byte") + Phase("transfer"), 0, Phase("total"));
        Assert.DoesNotContain(collect.Samples.Of("probe_duration_seconds"), sample => sample.Series.Labels["phase"] == "tls");
        Assert.Contains($"Host: {server.Address}\r\n", server.Requests[0]);
        Assert.StartsWith("GET /health HTTP/1.1\r\n", server.Requests[0]);
    }

    [Theory]
    [InlineData("204 No Content", true)]
    [InlineData("301 Moved Permanently", true)]
    [InlineData("399 Odd", true)]
    [InlineData("400 Bad Request", false)]
    [InlineData("404 Not Found", false)]
    [InlineData("503 Service Unavailable", false)]
    public async Task Probe_Status_IsJudgedAsCurlDoes(string status, bool isWell)
    {
        var outcome = await ProbeAsync(LoopbackServer.Text("", status: status));
        Assert.Equal(isWell ? CollectFailure.None : CollectFailure.BadStatus, outcome.Failure);
        Assert.Equal((isWell ? 1 : 0, int.Parse(status[..3])), (collect.Samples.Last("probe_success"), collect.Samples.Last("probe_http_status_code")));
        if (!isWell)
            Assert.EndsWith($"/health answered {status}; expected < 400.", outcome.Reason);
    }

    [Fact]
    public async Task Probe_StatusRange_Decides()
    {
        options = options with { Status = new("200-299, 418") };
        Assert.Equal(CollectFailure.None, (await ProbeAsync(LoopbackServer.Text("", status: "418 I'm a teapot"))).Failure);
        Assert.Equal(CollectFailure.BadStatus, (await ProbeAsync(LoopbackServer.Text("", status: "302 Found"))).Failure);
    }

    [Fact]
    public async Task Probe_Redirects_AreFollowedUpToTheLimit()
    {
        await using var last = LoopbackServer.Text("ok");
        options = options with { MaxRedirects = 1, Status = new("200") };
        Assert.Equal(CollectFailure.None, (await ProbeAsync(LoopbackServer.Text("", status: "302 Found", headers: $"Location: http://{last.Address}/\r\n"))).Failure);
        var circle = await ProbeAsync(LoopbackServer.Text("", status: "302 Found", headers: "Location: /again\r\n"));
        Assert.EndsWith("/health answered 302 Found after 1 redirects; expected 200.", circle.Reason);
    }

    [Fact]
    public async Task Probe_BodyPattern_MustBeFound()
    {
        options = options with { Pattern = "all (is )?well", ForbiddenPattern = "(?i)error" };
        Assert.Equal(CollectFailure.None, (await ProbeAsync(LoopbackServer.Text("yes, all is well"))).Failure);
        Assert.Equal("The answer does not contain what was expected (all (is )?well).", (await ProbeAsync(LoopbackServer.Text("no"))).Reason);
        var forbidden = await ProbeAsync(LoopbackServer.Text("all well, one ERROR"));
        Assert.Equal((CollectFailure.AssertionFailed, "The answer contains what it must not ((?i)error)."), (forbidden.Failure, forbidden.Reason));
        Assert.Equal([1.0, 0.0, 0.0], collect.Samples.Of("probe_success").Select(sample => sample.Value));
    }

    [Fact]
    public async Task Probe_BodyBeyondTheCap_IsCutAndSaid()
    {
        options = options with { BodySizeLimit = 1000 };
        Assert.Equal(CollectFailure.None, (await ProbeAsync(LoopbackServer.Text(new string('x', 100_000)))).Failure);
        options = options with { Pattern = "y" };
        Assert.Equal(CollectFailure.TooLarge, (await ProbeAsync(LoopbackServer.Text(new string('x', 100_000)))).Failure);
    }

    [Fact]
    public async Task Probe_LoadBalancerHealth_MustSayHealthyAndBeFresh()
    {
        options = options with { Json = [new("$.status", "healthy", null, null, null), new("$.timestamp", null, null, null, TimeSpan.FromSeconds(30))] };
        string Health(string status, TimeSpan age) => $"{{\"status\":\"{status}\",\"timestamp\":\"{TimeProvider.System.GetUtcNow() - age:O}\"}}";
        Assert.Equal(CollectFailure.None, (await ProbeAsync(LoopbackServer.Text(Health("healthy", TimeSpan.Zero)))).Failure);
        Assert.Equal("$.status is “degraded”, not “healthy”.", (await ProbeAsync(LoopbackServer.Text(Health("degraded", TimeSpan.Zero)))).Reason);
        Assert.Equal("$.timestamp is 2m old: the answer is stale (allowed 30s).", (await ProbeAsync(LoopbackServer.Text(Health("healthy", TimeSpan.FromMinutes(2))))).Reason);
        Assert.Equal("$.timestamp is 1h ahead: the clocks differ (allowed 30s).", (await ProbeAsync(LoopbackServer.Text(Health("healthy", TimeSpan.FromHours(-1))))).Reason);
        Assert.Equal("The answer is no JSON, so its content could not be judged.", (await ProbeAsync(LoopbackServer.Text("<html>fine</html>", "text/html"))).Reason);
    }

    [Fact]
    public async Task Probe_NobodyListens_IsRefusedAndStillReports()
    {
        var outcome = await collect.RunAsync(new HttpProbeKind(http), Target($"http://127.0.0.1:{RealServer.FreePort()}/"));
        Assert.Equal(CollectFailure.Refused, outcome.Failure);
        Assert.Equal(0, collect.Samples.Last("probe_success"));
        Assert.True(Phase("total") > 0);
        Assert.Empty(collect.Samples.Of("probe_http_status_code"));
    }

    [Fact]
    public async Task Probe_Hangs_IsCutWithWhatWasReached()
    {
        var outcome = await ProbeAsync(LoopbackServer.Raw((_, _, stop) => Task.Delay(Timeout.InfiniteTimeSpan, stop)), timeout: TimeSpan.FromSeconds(2));
        Assert.Equal((CollectFailure.TimedOut, "No complete answer within 1s: connected, but the answer did not come or did not end."), (outcome.Failure, outcome.Reason));
        Assert.True(Phase("connect") >= 0);
    }

    [Fact]
    public async Task Probe_DripsForEver_IsCutByTheTimeOut()
    {
        var outcome = await ProbeAsync(LoopbackServer.Raw(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            using var drop = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (await drop.WaitForNextTickAsync(stop))
                await stream.WriteAsync("x"u8.ToArray(), stop);
        }), timeout: TimeSpan.FromSeconds(2));
        Assert.Equal(CollectFailure.TimedOut, outcome.Failure);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")]
    public async Task Probe_BrokenAnswer_IsMalformed(string answer) =>
        Assert.Equal(CollectFailure.Malformed, (await ProbeAsync(LoopbackServer.Raw((_, stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask()))).Failure);

    [Fact]
    public async Task Probe_UntrustedCertificate_FailsButItsEndIsKnown()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = LoopbackServer.SelfSigned(now.AddDays(-1), now.AddDays(9.5));
        var outcome = await ProbeAsync(LoopbackServer.Secure(certificate), "https");
        Assert.Equal(CollectFailure.TlsFailed, outcome.Failure);
        Assert.InRange(collect.Samples.Last("probe_certificate_expiry_seconds") / 86400, 9.4, 9.6);
        Assert.Equal(0, collect.Samples.Last("probe_success"));
    }

    [Fact]
    public async Task Probe_CertificateThatEndsSoon_IsSaid()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = LoopbackServer.SelfSigned(now.AddDays(-1), now.AddDays(9.5));
        options = options with { Access = new() { AcceptAnyCertificate = true } };
        Assert.Equal(CollectFailure.None, (await ProbeAsync(LoopbackServer.Secure(certificate), "https")).Failure);
        Assert.True(Phase("tls") > 0);
        options = options with { CertificateValidFor = TimeSpan.FromDays(14) };
        Assert.StartsWith("The certificate ends in 9 days, on ", (await ProbeAsync(LoopbackServer.Secure(certificate), "https")).Reason);
    }

    [Fact]
    public void ReadOptions_AllKeys_AreRead()
    {
        var (read, problems) = Yaml.Read(new HttpProbeKind(http), """
            method: post
            body: '{}'
            max_redirects: 3
            body_size_limit: 10KB
            http_headers: { X-A: b }
            expect:
              status: [200, 204]
              body: ok
              certificate_valid_for: 14d
              json: [ { path: $.a, equals: b }, { path: "$.n", compare: "< 10" }, { path: $.t, max_age: 30s } ]
            """);
        Assert.Empty(problems);
        var probe = (HttpProbeOptions)read;
        Assert.Equal(("POST", 3, 10240L, "200,204", 3), (probe.Method, probe.MaxRedirects, probe.BodySizeLimit, probe.Status.Text, probe.Json.Count));
    }

    [Theory]
    [InlineData("method: DELETE", "`method: DELETE` is not for probing.")]
    [InlineData("expect: { status: often }", "`status: often` is no range of status codes.")]
    [InlineData("expect: { body: '(' }", "`body: (` is not a regular expression")]
    [InlineData("expect: { json: [ { path: status, equals: x } ] }", "`path: status` is no JSON path.")]
    [InlineData("expect: { json: [ { path: $.a, compare: big } ] }", "`compare: big` is no condition.")]
    [InlineData("expect: { colour: red }", "`colour` is not known here.")]
    public void ReadOptions_Wrong_IsReported(string yaml, string message) => Assert.StartsWith(message, Assert.Single(Yaml.Read(new HttpProbeKind(http), yaml).Problems).Message);
}
