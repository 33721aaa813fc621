using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OpsDashboard.Metrics.Beacons;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Beacons;

public sealed class BeaconEndpointTests
{
    const string Good = """{"v":1,"page":"/cases/17/open","fps":[60,58],"heap":48000000,"api":[{"path":"/cases/open","ms":182.4}],"errors":[{"kind":"error","class":"TypeError","hash":"9f3c01ab","count":2}],"rating":4.5}""";

    static async Task<HttpResponseMessage> PostAsync(BeaconHost host, string body, string key = BeaconHost.Key, string? origin = BeaconHost.Origin, string type = "text/plain")
    {
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/ingest/rum?key={key}") { Content = new StringContent(body, Encoding.UTF8, type) };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await client.SendAsync(request);
    }

    [Fact]
    public async Task Beacon_WellFormed_BecomesFiguresWithoutAVisitor()
    {
        await using var host = await BeaconHost.StartAsync();

        using var answer = await PostAsync(host, Good);
        await host.CollectAsync();

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(BeaconHost.Origin, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var samples = host.Once.Samples;
        Assert.Equal(58, samples.Last("frame_rate"));
        Assert.Equal(58, samples.Last("rum_fps_worst_decile", ("page", "/cases/:id/open")));
        Assert.Equal(1, samples.Last("rum_fps_bucket", ("page", "/cases/:id/open"), ("le", "60")) - samples.Last("rum_fps_bucket", ("page", "/cases/:id/open"), ("le", "55")) - 1);
        Assert.Equal(48_000_000, samples.Last("rum_heap_bytes"));
        Assert.Equal(1, samples.Last("rum_api_duration_seconds_bucket", ("path", "/cases/open"), ("le", "0.25")));
        Assert.Equal(2, samples.Last("rum_errors_total", ("class", "TypeError"), ("kind", "error")));
        Assert.Equal(4.5, samples.Last("rum_satisfaction_score", ("source", "survey")));
        Assert.Equal(0, samples.Last("rum_simulated"));
    }

    [Theory]
    [InlineData("""{"v":1,"page":"/","fps":[9999]}""", "fps[0]")]
    [InlineData("""{"v":1,"page":"/","fps":[-1]}""", "fps[0]")]
    [InlineData("""{"v":1,"page":"/","fps":["60"]}""", "fps[0]")]
    [InlineData("""{"v":1,"page":"/","fps":[1e999]}""", "fps[0]")]
    [InlineData("""{"v":1,"page":"/","heap":-5}""", "heap")]
    [InlineData("""{"v":2,"page":"/"}""", "v")]
    [InlineData("""{"v":1}""", "page")]
    [InlineData("""{"v":1,"page":"/a?token=x"}""", "page")]
    [InlineData("""{"v":1,"page":"/","client":"me"}""", "")]
    [InlineData("""{"v":1,"page":"/","api":[{"path":"/x"}]}""", "api[0].ms")]
    [InlineData("""{"v":1,"page":"/","errors":[{"kind":"error","class":"a text, not a class","hash":"9f3c01ab","count":1}]}""", "errors[0].class")]
    [InlineData("""{"v":1,"page":"/","rating":11}""", "rating")]
    [InlineData("""{"v":1,"page":"/","rating":5,"source":"manual"}""", "source")]
    [InlineData("[]", "")]
    [InlineData("not json", "")]
    [InlineData("", "")]
    [InlineData("""{"v":1,"page":"/","fps":[[[[[[[[[[1]]]]]]]]]]}""", "")]
    public async Task Beacon_Forged_IsRefusedWholeWithItsProblem(string body, string field)
    {
        await using var host = await BeaconHost.StartAsync();

        using var answer = await PostAsync(host, body);
        await host.CollectAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(problem.GetProperty("errors").EnumerateArray(), error => error.GetProperty("field").GetString() == field);
        Assert.Empty(host.Once.Samples.Of("frame_rate"));
        Assert.Equal(1, host.Once.Samples.Last("rum_beacons_refused_total", ("reason", "malformed")));
    }

    [Fact]
    public async Task Beacon_WithManyProblems_NamesThemAll()
    {
        await using var host = await BeaconHost.StartAsync();
        using var answer = await PostAsync(host, """{"v":0,"page":"no","fps":[-1,60,2000],"rating":0}""");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["v", "page", "fps[0]", "fps[2]", "rating"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("no-such-key", BeaconHost.Origin, "text/plain", HttpStatusCode.Unauthorized)]
    [InlineData("", BeaconHost.Origin, "text/plain", HttpStatusCode.Unauthorized)]
    [InlineData(BeaconHost.Key, null, "text/plain", HttpStatusCode.Forbidden)]
    [InlineData(BeaconHost.Key, "https://evil.example.com", "text/plain", HttpStatusCode.Forbidden)]
    [InlineData(BeaconHost.Key, "https://game.example.com.evil.example", "text/plain", HttpStatusCode.Forbidden)]
    [InlineData(BeaconHost.Key, "null", "text/plain", HttpStatusCode.Forbidden)]
    [InlineData(BeaconHost.Key, BeaconHost.Origin, "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task Beacon_FromElsewhere_IsRefusedWithoutACorsHeader(string key, string? origin, string type, HttpStatusCode expected)
    {
        await using var host = await BeaconHost.StartAsync();
        using var answer = await PostAsync(host, Good, key, origin, type);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.UnsupportedMediaType, answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Flood_FromOneAddress_IsToldWhenToComeAgain()
    {
        await using var host = await BeaconHost.StartAsync(rate: 2);
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
            answers.Add(await PostAsync(host, Good));

        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent));
        Assert.Equal(6, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.All(answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests), answer => Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta));

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await PostAsync(host, Good);
        Assert.Equal(HttpStatusCode.NoContent, later.StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: 10485760\r\n\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n")]
    public async Task TenMegabytes_AreRefusedWithoutReadingThem(string rest)
    {
        await using var host = await BeaconHost.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        var stream = client.GetStream();
        var head = $"POST /api/ingest/rum?key={BeaconHost.Key} HTTP/1.1\r\nHost: x\r\nOrigin: {BeaconHost.Origin}\r\nContent-Type: text/plain\r\n{rest}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        if (rest.Contains("chunked"))
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"5000\r\n{new string('x', 0x5000)}\r\n"));

        using var limit = new CancellationTokenSource(Patience.Limit);
        var buffer = new byte[4096];
        var answer = new StringBuilder();
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, limit.Token)) > 0;)
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // The server closes while what it will not read is still on its way.
        }

        Assert.StartsWith("HTTP/1.1 413 ", answer.ToString());
        await host.CollectAsync();
        Assert.Equal(1, host.Once.Samples.Last("rum_beacons_refused_total", ("reason", "size")));
    }

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_MayPostJson()
    {
        await using var host = await BeaconHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Options, $"/api/ingest/rum?key={BeaconHost.Key}");
        request.Headers.Add("Origin", BeaconHost.Origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("content-type", answer.Headers.GetValues("Access-Control-Allow-Headers").Single());
        using var json = await PostAsync(host, Good, type: "application/json");
        Assert.Equal(HttpStatusCode.NoContent, json.StatusCode);
    }

    [Fact]
    public async Task Script_IsServedToOtherSitesInFourKilobytes()
    {
        await using var host = await BeaconHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        using var answer = await client.GetAsync("/rum.js");
        var script = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("cross-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.InRange(script.Length, 500, 4096);
        Assert.DoesNotContain("import", Encoding.UTF8.GetString(script));
    }

    [Theory]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2:aaaa::1", "20010DB800010002")]
    public void Source_OfAnAddress_IsTheHouseholdsNetwork(string address, string source) => Assert.Equal(source, BeaconEndpoints.Source(IPAddress.Parse(address)));
}
