using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Intake.OpenMetrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Intake;

public sealed class IntakeEndpointTests : IClassFixture<TestApp>
{
    readonly TestApp app;
    readonly HttpClient client;
    readonly long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public IntakeEndpointTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
    }

    async Task<(HttpStatusCode Status, string Text)> WriteAsync(byte[] body, string type = "application/x-protobuf", string encoding = "snappy")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.ContentEncoding.Add(encoding);
        using var response = await client.PostAsync("/api/v1/write", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    async Task<(HttpStatusCode Status, JsonElement Json)> ImportAsync(string text)
    {
        using var content = new StringContent(text, Encoding.UTF8, "application/openmetrics-text");
        using var response = await client.PostAsync("/api/ingest/openmetrics", content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    async Task<double?> ValueAsync(string expression)
    {
        var result = await app.Services.GetRequiredService<IPromQl>().Parse(expression).InstantAsync(now, SelectOptions.Raw, default);
        return result.Series.Count == 0 ? null : result.Series[0].Samples[0].Value;
    }

    [Fact]
    public async Task Write_GoodRequest_Is204AndReadable()
    {
        var (status, _) = await WriteAsync(WriteMessages.Snappy(WriteMessages.Request((["__name__", "written_good", "system", "shop"], [(now - 2000, 1), (now - 1000, 4)]))));
        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(4, await ValueAsync("written_good{system=\"shop\"}"));
    }

    [Fact]
    public async Task Write_RefusedSamples_Is400WithCountsAndStoresTheRest()
    {
        await WriteAsync(WriteMessages.Snappy(WriteMessages.Request((["__name__", "written_mixed"], [(now - 2000, 1)]))));
        var (status, text) = await WriteAsync(WriteMessages.Snappy(WriteMessages.Request(
            (["__name__", "written_mixed"], [(now - 2000, 2), (now - 1000, 3), (now + 3_600_000, 9)]),
            (["nameless", "yes"], [(now, 1)]))));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("3 of 4 samples refused (1 duplicate sample for timestamp; 1 out of bounds: more than 10 minutes ahead; 1 invalid metric name or labels), the others are stored\n", text);
        Assert.Equal(3, await ValueAsync("written_mixed"));
        Assert.Equal(1, await ValueAsync("written_mixed offset 1500ms"));
    }

    [Fact]
    public async Task Write_Malformed_Is400AndStoresNothing()
    {
        var good = WriteMessages.Request((["__name__", "written_malformed"], [(now, 1)]));
        Assert.Equal(HttpStatusCode.BadRequest, (await WriteAsync(good)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await WriteAsync(WriteMessages.Snappy([.. good, 0x0A, 0x7F]))).Status);
        Assert.Null(await ValueAsync("written_malformed"));
    }

    [Fact]
    public async Task Write_TooLargeOrOtherFormat_IsRefused()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await WriteAsync([0xFF, 0xFF, 0xFF, 0x7F, 0])).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await WriteAsync(new byte[17 * 1024 * 1024])).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await WriteAsync([0], "text/plain")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await WriteAsync([0], "application/x-protobuf;proto=io.prometheus.write.v2.Request")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await WriteAsync([0], encoding: "zstd")).Status);
    }

    [Fact]
    public async Task Write_ToAForeignSystem_Is403AndStoresNothing()
    {
        app.ActsAs = new("sender", "Sender", ActorKind.Token, [new(Role.Responder, "shop")]);
        var (status, _) = await WriteAsync(WriteMessages.Snappy(WriteMessages.Request(
            (["__name__", "written_foreign", "system", "shop"], [(now, 1)]),
            (["__name__", "written_foreign", "system", "game"], [(now, 1)]))));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Null(await ValueAsync("written_foreign"));
        (status, _) = await WriteAsync(WriteMessages.Snappy(WriteMessages.Request((["__name__", "written_foreign"], [(now, 1)]))));
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task Import_OldSamples_AreReadableAtTheirTime()
    {
        var start = (now / 1000) - 86_400;
        var lines = string.Concat(Enumerable.Range(0, 100).Select(i => $"imported_total{{system=\"shop\"}} {i} {start + i}\n"));
        var (status, json) = await ImportAsync($"# TYPE imported counter\n# HELP imported Things brought.\n{lines}# EOF\n");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(100, json.GetProperty("samples").GetInt32());
        Assert.Equal(1, json.GetProperty("series").GetInt32());
        Assert.Equal(99, await ValueAsync($"imported_total @ {start + 99}"));
    }

    [Theory]
    [InlineData("import_bad 1 1700000000\nimport_bad one 1700000001\n# EOF\n", 2, "is not a number")]
    [InlineData("import_bad 1 1700000000\n", 2, "# EOF")]
    [InlineData("import_bad 1\n# EOF\n", 1, "no time stamp")]
    [InlineData("import_bad{a=\"1\" 1 1700000000\n# EOF\n", 1, "labels")]
    public async Task Import_Malformed_Is400WithTheLineAndStoresNothing(string text, int line, string reason)
    {
        var (status, json) = await ImportAsync(text);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(line, json.GetProperty("line").GetInt32());
        Assert.Contains(reason, json.GetProperty("detail").GetString());
        Assert.Null(await ValueAsync("last_over_time(import_bad[10d])"));
    }

    [Theory]
    [InlineData("?system=game", "")]
    [InlineData("", "import_early{system=\"game\"} 1 1700000000\n")]
    [InlineData("", "import_early 1 1700000000\n")]
    public async Task Import_ToAForeignSystem_Is403BeforeTheTextIsThere(string query, string firstLine)
    {
        app.ActsAs = new("sender", "Sender", ActorKind.Token, [new(Role.Responder, "shop")]);
        // The text never ends: only an answer that does not wait for its end comes.
        using var content = new StreamContent(new EndlessText(firstLine));
        content.Headers.ContentType = new("application/openmetrics-text");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var response = await client.PostAsync($"/api/ingest/openmetrics{query}", content, limit.Token);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Import_OfOneSystem_DoesNotChangeWhatIsKnownOfAMetric()
    {
        var stamp = (now / 1000) - 3_600;
        await ImportAsync($"# TYPE described_first gauge\n# HELP described_first As it is.\ndescribed_first{{system=\"game\"}} 1 {stamp}\n# EOF\n");
        app.ActsAs = new("sender", "Sender", ActorKind.Token, [new(Role.Responder, "shop")]);
        var (status, _) = await ImportAsync(
            $"# TYPE described_first counter\n# HELP described_first Otherwise.\n# TYPE described_own gauge\n# HELP described_own Mine.\ndescribed_own{{system=\"shop\"}} 1 {stamp}\n# EOF\n");
        Assert.Equal(HttpStatusCode.OK, status);
        var known = app.Services.GetRequiredService<ISampleQuery>().Metadata;
        Assert.Equal((MetricKind.Gauge, "As it is."), (known["described_first"].Kind, known["described_first"].Help));
        Assert.Equal((MetricKind.Gauge, "Mine."), (known["described_own"].Kind, known["described_own"].Help));
    }

    [Fact]
    public async Task Import_WithSamplesOfAnotherSystemThanNamed_Is400AndStoresNothing()
    {
        var stamp = (now / 1000) - 3_600;
        using var content = new StringContent($"import_named{{system=\"shop\"}} 1 {stamp}\nimport_named{{system=\"game\"}} 1 {stamp}\n# EOF\n", Encoding.UTF8, "application/openmetrics-text");
        using var response = await client.PostAsync("/api/ingest/openmetrics?system=shop", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("there are samples of game", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(await ValueAsync("last_over_time(import_named[1d])"));
    }

    [Fact]
    public async Task Import_WhileAsManyAsAllowedAreRead_Is429()
    {
        var places = app.Services.GetRequiredService<ImportPlaces>();
        using (places.Take())
        using (places.Take())
            Assert.Equal(HttpStatusCode.TooManyRequests, (await ImportAsync("# EOF\n")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("# EOF\n")).Status);
    }

    /// <summary>One line, then samples of the sender's own system without end, as long as they are read.</summary>
    sealed class EndlessText(string firstLine) : Stream
    {
        readonly MemoryStream first = Begin(firstLine);

        static MemoryStream Begin(string line)
        {
            var stream = new MemoryStream();
            stream.Write(Encoding.UTF8.GetBytes(line));
            stream.Position = 0;
            return stream;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (first.Read(buffer, offset, count) is var read and > 0)
                return read;
            first.SetLength(0);
            first.Write("import_early{system=\"shop\"} 1 1700000000\n"u8);
            first.Position = 0;
            return first.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    [Fact]
    public async Task Intake_Stranger_Is401()
    {
        using var stranger = app.Stranger();
        using var empty = new ByteArrayContent([]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("/api/v1/write", empty)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("/api/ingest/openmetrics", empty)).StatusCode);
    }
}
