using System.IO.Compression;
using System.Text;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Metrics.Collectors.Prometheus;
using OpsDashboard.Metrics.Collectors.Relabelling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Prometheus;

public sealed class PrometheusCollectorTests : IDisposable
{
    readonly CollectOnce collect = new();
    readonly CollectorHttp http = new();
    readonly PrometheusKind kind;
    ScrapeOptions options = new();

    public PrometheusCollectorTests() => kind = new(http);

    public void Dispose() => http.Dispose();

    Target Target(string address) => CollectOnce.Target("prometheus", address, options, address);

    async Task<CollectOutcome> ScrapeAsync(LoopbackServer server, TimeSpan? timeout = null)
    {
        await using (server)
            return await collect.RunAsync(kind, Target(server.Address), timeout);
    }

    [Fact]
    public async Task Scrape_GuideExample_ArrivesWithLabelsAndHelp()
    {
        var server = LoopbackServer.Text("# HELP active_connections Number of active WebSocket connections\n# TYPE active_connections gauge\nactive_connections 42\ngame_rooms_active{phase=\"TURN\"} 12\n");
        Assert.Equal(CollectOutcome.Ok(2), await ScrapeAsync(server));
        Assert.Equal((42, 12), (collect.Samples.Last("active_connections"), collect.Samples.Last("game_rooms_active")));
        Assert.Equal("liap-tui", collect.Samples.Of("game_rooms_active")[0].Series.Labels["system"]);
        Assert.Equal(new MetricMetadata("active_connections", MetricKind.Gauge, "Number of active WebSocket connections"), collect.Samples.Metadata["active_connections"]);
        var request = server.Requests[0];
        Assert.StartsWith("GET /metrics HTTP/1.1", request);
        Assert.Contains("Accept: application/openmetrics-text;version=1.0.0", request);
        Assert.Contains("Accept-Encoding: gzip", request);
    }

    [Fact]
    public async Task Scrape_Gzip_IsRead()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"m{{i=\"{i}\"}} {i}\n"))));
        Assert.Equal(5000, (await ScrapeAsync(LoopbackServer.Bytes(packed.ToArray, headers: "Content-Encoding: gzip\r\n"))).Samples);
    }

    [Fact]
    public async Task Scrape_OpenMetrics_HonoursStamps()
    {
        var text = "# TYPE a counter\na_total 3 1700000000.25\n# EOF\n";
        Assert.Equal(1, (await ScrapeAsync(LoopbackServer.Text(text, "application/openmetrics-text; version=1.0.0; charset=utf-8"))).Samples);
        Assert.Equal(1700000000250, collect.Samples.All[0].At);
        Assert.Equal(MetricKind.Counter, collect.Samples.Metadata["a_total"].Kind);
        options = options with { HonorTimestamps = false };
        await ScrapeAsync(LoopbackServer.Text(text, "application/openmetrics-text; version=1.0.0"));
        Assert.NotEqual(1700000000250, collect.Samples.All[1].At);
    }

    [Fact]
    public async Task Scrape_Again_KeepsTheSameSeriesWhateverTheOrder()
    {
        var bodies = new Queue<string>(["a 1\nb{x=\"1\"} 2\nc 3\n", "a 4\nb{x=\"1\"} 5\nc 6\n", "c 7\nnew 1\na 8\n", "a 9\nb{x=\"1\"} 10\nc 11\n"]);
        await using var server = LoopbackServer.Text(bodies.Dequeue);
        var target = Target(server.Address);
        await using var collector = kind.Create(target);
        for (var i = 0; i < 4; i++)
            Assert.Equal(CollectFailure.None, (await collect.RunAsync(collector, target)).Failure);
        Assert.Equal([1.0, 4, 8, 9], collect.Samples.Of("a").Select(sample => sample.Value));
        Assert.Equal([2.0, 5, 10], collect.Samples.Of("b").Select(sample => sample.Value));
        Assert.Equal([3.0, 6, 7, 11], collect.Samples.Of("c").Select(sample => sample.Value));
        Assert.Single(collect.Samples.Of("a").Select(sample => sample.Series).Distinct());
    }

    [Fact]
    public async Task Scrape_NewSeriesEveryTime_ForgetsTheOldOnes()
    {
        var scrape = 0;
        await using var server = LoopbackServer.Text(() => string.Concat(Enumerable.Range(0, 600).Select(i => $"m{{i=\"{scrape}-{i}\"}} 1\n")));
        var target = Target(server.Address);
        await using var collector = kind.Create(target);
        for (scrape = 0; scrape < 8; scrape++)
            Assert.Equal(600, (await collect.RunAsync(collector, target)).Samples);
    }

    [Fact]
    public async Task Scrape_RepeatedSeries_KeepsTheFirstAndSaysSo()
    {
        var outcome = await ScrapeAsync(LoopbackServer.Text("a 1\na 2\nb 1\n"));
        Assert.Equal((CollectFailure.None, 2, "1 samples repeated a series of the same answer; the first of each was kept."), (outcome.Failure, outcome.Samples, outcome.Reason));
        Assert.Equal(1, collect.Samples.Last("a"));
    }

    [Fact]
    public async Task Scrape_NotANumberAndInfinity_AreValues()
    {
        await ScrapeAsync(LoopbackServer.Text("a NaN\nb +Inf\nc -Inf\n"));
        Assert.True(double.IsNaN(collect.Samples.Last("a")) && !StaleMarker.Is(collect.Samples.Last("a")));
        Assert.Equal((double.PositiveInfinity, double.NegativeInfinity), (collect.Samples.Last("b"), collect.Samples.Last("c")));
    }

    [Theory]
    [InlineData("ok 1\nbroken{ 2\n", "text/plain", "Line 2: the labels do not end.")]
    [InlineData("<!doctype html><title>Hi</title>", "text/html; charset=utf-8", "answered a web page (text/html) instead of metrics; check metrics_path.")]
    [InlineData("\n <html>", "text/plain", "answered a web page instead of metrics; check metrics_path.")]
    [InlineData("{\"status\":\"healthy\"}", "application/json", "answered JSON instead of metrics; use kind json or check metrics_path.")]
    [InlineData("a 1\n", "application/openmetrics-text", "Line 2: the text ends without # EOF: it was cut off.")]
    [InlineData("a{b=\"1\",b=\"2\"} 1\n", "text/plain", "Line 1: the label b occurs twice.")]
    public async Task Scrape_Malformed_KeepsNothingAndSaysWhy(string body, string contentType, string reason)
    {
        var outcome = await ScrapeAsync(LoopbackServer.Text(body, contentType));
        Assert.Equal(CollectFailure.Malformed, outcome.Failure);
        Assert.EndsWith(reason, outcome.Reason);
        Assert.Empty(collect.Samples.All);
    }

    [Fact]
    public async Task Scrape_WrongEncodings_AreNamed()
    {
        Assert.Contains("UTF-16", (await ScrapeAsync(LoopbackServer.Bytes(() => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a 1\n")]))).Reason);
        Assert.Contains("not UTF-8", (await ScrapeAsync(LoopbackServer.Bytes(() => [.. "a{b=\""u8, 0xE4, .. "\"} 1\n"u8]))).Reason);
        Assert.Contains("gzip, and is not", (await ScrapeAsync(LoopbackServer.Text("a 1\n", headers: "Content-Encoding: gzip\r\n"))).Reason);
        Assert.Contains("encoding br", (await ScrapeAsync(LoopbackServer.Text("a 1\n", headers: "Content-Encoding: br\r\n"))).Reason);
        Assert.Equal(1, (await ScrapeAsync(LoopbackServer.Text("\uFEFFa 1\n"))).Samples);
    }

    [Theory]
    [InlineData("404 Not Found", CollectFailure.BadStatus, "answered 404 Not Found.")]
    [InlineData("500 Internal Server Error", CollectFailure.BadStatus, "answered 500 Internal Server Error.")]
    [InlineData("401 Unauthorized", CollectFailure.AuthenticationFailed, "answered 401 Unauthorized; check the target's credentials.")]
    public async Task Scrape_BadStatus_IsSaid(string status, CollectFailure failure, string reason)
    {
        var outcome = await ScrapeAsync(LoopbackServer.Text("a 1\n", status: status));
        Assert.Equal(failure, outcome.Failure);
        Assert.EndsWith(reason, outcome.Reason);
    }

    [Fact]
    public async Task Scrape_Redirect_IsFollowedUnlessForbidden()
    {
        await using var other = LoopbackServer.Text("a 1\n");
        var to = $"Location: http://{other.Address}/metrics\r\n";
        Assert.Equal(1, (await ScrapeAsync(LoopbackServer.Text("", status: "302 Found", headers: to))).Samples);
        options = options with { Access = new() { FollowRedirects = false } };
        Assert.Equal(CollectFailure.BadStatus, (await ScrapeAsync(LoopbackServer.Text("", status: "302 Found", headers: to))).Failure);
    }

    [Fact]
    public async Task Scrape_RedirectsInACircle_End()
    {
        LoopbackServer? server = null;
        server = LoopbackServer.Raw((_, stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: http://{server!.Address}/metrics\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), stop).AsTask());
        var outcome = await ScrapeAsync(server);
        Assert.Equal(CollectFailure.BadStatus, outcome.Failure);
        Assert.Equal(11, server.Requests.Count);
    }

    [Fact]
    public async Task Scrape_Oversized_IsCutAtTheLimit()
    {
        options = options with { BodySizeLimit = 2048 };
        var outcome = await ScrapeAsync(LoopbackServer.Text(string.Concat(Enumerable.Repeat("a 1\n", 1000))));
        Assert.Equal((CollectFailure.TooLarge, "The answer is longer than 2 KiB, the target's body_size_limit."), (outcome.Failure, outcome.Reason));
    }

    [Fact]
    public async Task Scrape_GzipBomb_IsCutAtTheLimit()
    {
        options = options with { BodySizeLimit = 1 << 20 };
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            for (var i = 0; i < 100; i++)
                gzip.Write(new byte[1 << 20]);
        }
        Assert.Equal(CollectFailure.TooLarge, (await ScrapeAsync(LoopbackServer.Bytes(packed.ToArray, headers: "Content-Encoding: gzip\r\n"))).Failure);
    }

    [Fact]
    public async Task Scrape_SlowlyDripping_IsCutByTheTimeOut()
    {
        var server = LoopbackServer.Raw(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"u8.ToArray(), stop);
            using var drop = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await drop.WaitForNextTickAsync(stop))
                await stream.WriteAsync("a"u8.ToArray(), stop);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScrapeAsync(server, TimeSpan.FromMilliseconds(300)));
        Assert.Empty(collect.Samples.All);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na 1\n", "The answer was cut off before its end.")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na 1\n\r\n", "The answer was cut off before its end.")]
    [InlineData("", "The answer was cut off before its end.")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "is not HTTP.")]
    public async Task Scrape_BrokenAnswer_IsMalformed(string answer, string reason)
    {
        var outcome = await ScrapeAsync(LoopbackServer.Raw((_, stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask()));
        Assert.Equal(CollectFailure.Malformed, outcome.Failure);
        Assert.EndsWith(reason, outcome.Reason);
    }

    [Fact]
    public async Task Scrape_NobodyListens_IsRefused()
    {
        var address = $"127.0.0.1:{RealServer.FreePort()}";
        var outcome = await collect.RunAsync(kind, Target(address));
        Assert.Equal((CollectFailure.Refused, $"Nothing listens at {address}: the connection was refused."), (outcome.Failure, outcome.Reason));
    }

    [Fact]
    public async Task Scrape_UnknownName_IsSaid()
    {
        var outcome = await collect.RunAsync(kind, Target("no-such-host.invalid:80"));
        Assert.Equal((CollectFailure.NameNotResolved, "The name no-such-host.invalid is not known."), (outcome.Failure, outcome.Reason));
    }

    [Fact]
    public async Task Scrape_TlsAgainstPlainServer_IsSaid()
    {
        await using var server = LoopbackServer.Text("a 1\n");
        options = options with { Scheme = "https" };
        Assert.Equal(CollectFailure.TlsFailed, (await collect.RunAsync(kind, Target(server.Address))).Failure);
    }

    [Fact]
    public async Task Scrape_BeyondALimit_KeepsNothing()
    {
        var text = "a{b=\"long value\",c=\"1\"} 1\nd 2\ne 3\n";
        foreach (var (limited, reason) in new (ScrapeOptions, string)[]
        {
            (new() { SampleLimit = 2 }, "The answer holds more than 2 samples, the target's sample_limit."),
            (new() { LabelLimit = 2 }, "Line 1: a series has 3 labels; label_limit is 2."),
            (new() { LabelNameLengthLimit = 5 }, "Line 1: a label's name has 8 characters; label_name_length_limit is 5."),
            (new() { LabelValueLengthLimit = 5 }, "Line 1: the value of b has 10 characters; label_value_length_limit is 5."),
        })
        {
            options = limited;
            Assert.Equal(reason, (await ScrapeAsync(LoopbackServer.Text(text))).Reason);
        }
        Assert.Empty(collect.Samples.All);
    }

    [Fact]
    public async Task Scrape_Relabelling_DropsAndRenamesButNeverTheSystem()
    {
        options = options with
        {
            MetricRelabelling =
            [
                new() { SourceLabels = ["__name__"], Pattern = "go_.*", Action = RelabelAction.Drop },
                new() { SourceLabels = ["path"], Pattern = "/(\\w+)/.*", TargetLabel = "area", Replacement = "$1" },
                new() { Pattern = "path", Action = RelabelAction.LabelDrop },
                new() { TargetLabel = "system", Replacement = "other" },
            ],
        };
        var server = LoopbackServer.Text("go_threads 5\nhits{path=\"/cases/open\",instance=\"inner\"} 7\n");
        Assert.Equal(1, (await ScrapeAsync(server)).Samples);
        var labels = collect.Samples.All[0].Series.Labels;
        Assert.Equal(("cases", null, "liap-tui", "inner"), (labels["area"], labels["path"], labels["system"], labels["exported_instance"]));
    }

    [Fact]
    public async Task Scrape_Credentials_AreSentFromTheFile()
    {
        var file = Path.Combine(RealServer.TemporaryFolder("secret"), "token");
        await File.WriteAllTextAsync(file, "s3cret\n");
        options = options with { Access = new() { SecretFile = file, Headers = new Dictionary<string, string> { ["X-Team"] = "ops" } } };
        var server = LoopbackServer.Text("a 1\n");
        await ScrapeAsync(server);
        Assert.Contains("Authorization: Bearer s3cret\r\n", server.Requests[0]);
        Assert.Contains("X-Team: ops\r\n", server.Requests[0]);
        options = options with { Access = new() { SecretFile = file + "-gone" } };
        var outcome = await ScrapeAsync(LoopbackServer.Text("a 1\n"));
        Assert.Equal((CollectFailure.AuthenticationFailed, $"The file {file}-gone cannot be read."), (outcome.Failure, outcome.Reason));
    }
}
