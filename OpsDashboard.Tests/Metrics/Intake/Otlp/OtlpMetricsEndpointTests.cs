using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Intake.Otlp;

public sealed class OtlpMetricsEndpointTests : IClassFixture<TestApp>
{
    const string Protobuf = "application/x-protobuf", Json = "application/json";

    readonly TestApp app;
    readonly HttpClient client;
    readonly long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public OtlpMetricsEndpointTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
    }

    async Task<(HttpStatusCode Status, string? Type, byte[] Body)> PostAsync(byte[] body, string type = Protobuf, string? encoding = null, string query = "?system=shop", HttpClient? by = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var response = await (by ?? client).PostAsync($"/v1/metrics{query}", content);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync());
    }

    byte[] Gauge(string name, double value, long ago = 0) => Proto.Request(Proto.New.Attribute(1, "service.name", "api"),
        Proto.New.Text(1, name).In(5, Proto.New.In(1, Proto.New.Fixed(3, (now - ago) * 1_000_000).Double(4, value))));

    byte[] GaugeJson(string name, double value) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        resourceMetrics = new[] { new { scopeMetrics = new[] { new { metrics = new[] { new { name, gauge = new { dataPoints = new[] { new { asDouble = value, timeUnixNano = $"{now}000000" } } } } } } } } },
    });

    static byte[] Gzip(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(data);
        return packed.ToArray();
    }

    async Task<double?> ValueAsync(string expression)
    {
        var result = await app.Services.GetRequiredService<IPromQl>().Parse(expression).InstantAsync(now, SelectOptions.Raw, default);
        return result.Series.Count == 0 ? null : result.Series[0].Samples[0].Value;
    }

    /// <summary>The fields of a small protobuf message: numbers and texts.</summary>
    static Dictionary<int, object> Fields(byte[] message)
    {
        var fields = new Dictionary<int, object>();
        using var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            fields[WireFormat.GetTagFieldNumber(tag)] = WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? input.ReadInt64() : input.ReadBytes().ToByteArray();
        return fields;
    }

    static string Message(byte[] status) => Encoding.UTF8.GetString((byte[])Fields(status)[2]);

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task Protobuf_Good_Is200WithAnEmptyMessageAndReadable(string? encoding)
    {
        var name = $"otlp_good_{encoding ?? "plain"}";
        var body = Gauge(name, 4);
        var (status, type, answer) = await PostAsync(encoding is null ? body : Gzip(body), encoding: encoding);
        Assert.Equal((HttpStatusCode.OK, Protobuf, 0), (status, type, answer.Length));
        Assert.Equal(4, await ValueAsync($"{name}{{system=\"shop\",job=\"api\"}}"));
    }

    [Fact]
    public async Task Json_Good_Is200WithAnEmptyObjectAndReadable()
    {
        var (status, type, answer) = await PostAsync(GaugeJson("otlp_json", 5), $"{Json}; charset=utf-8");
        Assert.Equal((HttpStatusCode.OK, Json, "{}"), (status, type, Encoding.UTF8.GetString(answer)));
        Assert.Equal(5, await ValueAsync("otlp_json{system=\"shop\"}"));
    }

    [Fact]
    public async Task PartlyRefused_Is200WithThePartialSuccess()
    {
        await PostAsync(Gauge("otlp_twice", 1));
        var (status, _, answer) = await PostAsync(Gauge("otlp_twice", 2));
        Assert.Equal(HttpStatusCode.OK, status);
        var partial = Fields((byte[])Fields(answer)[1]);
        Assert.Equal(1L, partial[1]);
        // The resource's target_info came a second time with the same value.
        Assert.Contains("1 duplicate sample for timestamp", Encoding.UTF8.GetString((byte[])partial[2]), StringComparison.Ordinal);
        Assert.Equal(1, await ValueAsync("otlp_twice"));
    }

    [Fact]
    public async Task PartlyRefusedJson_HasTheCountAsText()
    {
        var body = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"d","sum":{"aggregationTemporality":1,"dataPoints":[{"asInt":1},{"asInt":2}]}}]}]}]}""";
        var (status, _, answer) = await PostAsync(Encoding.UTF8.GetBytes(body), Json);
        Assert.Equal(HttpStatusCode.OK, status);
        var partial = JsonDocument.Parse(answer).RootElement.GetProperty("partialSuccess");
        Assert.Equal("2", partial.GetProperty("rejectedDataPoints").GetString());
        Assert.Equal("2 delta temporality, not supported: send cumulative", partial.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public async Task Malformed_Is400WithAStatusInTheRequestsEncoding()
    {
        var (status, type, answer) = await PostAsync([0x0A, 0x7F, 1]);
        Assert.Equal((HttpStatusCode.BadRequest, Protobuf), (status, type));
        Assert.Equal("the protobuf message ends within a field", Message(answer));
        (status, type, answer) = await PostAsync("{\"resourceMetrics\":7}"u8.ToArray(), Json);
        Assert.Equal((HttpStatusCode.BadRequest, Json), (status, type));
        Assert.Equal("resourceMetrics must be a list", JsonDocument.Parse(answer).RootElement.GetProperty("message").GetString());
        (status, _, answer) = await PostAsync(Gauge("otlp_broken", 1), encoding: "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("the gzip is broken", Message(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooLargeOrOtherFormat_IsRefused()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(new byte[17 * 1024 * 1024])).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(Gzip(new byte[65 * 1024 * 1024]), encoding: "gzip")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync([], "text/plain")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync([], encoding: "zstd")).Status);
    }

    [Fact]
    public async Task ForeignSystem_Is403AndStoresNothing()
    {
        app.ActsAs = new("sender", "Sender", ActorKind.Token, [new(Role.Responder, "shop")]);
        var (status, _, answer) = await PostAsync(Gauge("otlp_foreign", 1), query: "?system=game");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.NotEmpty(Message(answer));
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Gauge("otlp_foreign", 1), query: "")).Status);
        Assert.Null(await ValueAsync("otlp_foreign"));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Gauge("otlp_own", 1))).Status);
    }

    [Theory]
    [InlineData(Protobuf)]
    [InlineData(Json)]
    public async Task Stranger_Is401WithAStatusInTheRequestsEncoding(string type)
    {
        using var stranger = app.Stranger();
        var (status, answered, answer) = await PostAsync([], type, by: stranger);
        Assert.Equal((HttpStatusCode.Unauthorized, type), (status, answered));
        Assert.Contains("Bearer", type == Protobuf ? Message(answer) : JsonDocument.Parse(answer).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
