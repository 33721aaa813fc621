using System.Text;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Intake;
using OpsDashboard.Metrics.Intake.Otlp;
using OpsDashboard.Metrics.Intake.RemoteWrite;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Intake.Otlp;

public sealed class OtlpMetricsTests
{
    const long Nano = 1_700_000_000_123_456_789;
    const long Milli = 1_700_000_000_123;

    static Proto Shop => Proto.New.Attribute(1, "service.name", "api").Attribute(1, "service.namespace", "shop").Attribute(1, "service.instance.id", "pod-1")
        .Attribute(1, "system", "shop").Attribute(1, "host.name", "node-7");

    static Proto Point(double value) => Proto.New.Fixed(3, Nano).Double(4, value);

    static Proto Metric(string name, string unit, int kind, Proto data) => Proto.New.In(kind, data).Text(1, name).Text(3, unit).Text(2, "Help.");

    static OtlpMetrics Read(params Proto[] metrics) => OtlpMetrics.Read(Proto.Request(Shop, metrics), null);

    static ReceivedSeries Named(OtlpMetrics metrics, string name) => Assert.Single(metrics.Batch.Series, series => series.Labels.Metric == name);

    [Fact]
    public void Gauge_WithResource_HasJobInstanceSystemAndAttributes()
    {
        var read = Read(Metric("heap.used", "By", 5, Proto.New.In(1, Point(42).Attribute(7, "pool.name", "old"))));
        var series = Named(read, "heap_used_bytes");
        Assert.Equal(Labels.Of("heap_used_bytes", ("job", "shop/api"), ("instance", "pod-1"), ("system", "shop"), ("pool_name", "old")), series.Labels);
        Assert.Equal([new Sample(Milli, 42)], series.Samples);
        Assert.Equal(new MetricMetadata("heap_used_bytes", MetricKind.Gauge, "Help.", "By"), read.Batch.Metadata[0]);
        Assert.Equal((1, 0), (read.Points, read.Refusals.Count));
    }

    [Fact]
    public void Resource_WithMoreThanItsIdentity_BecomesTargetInfo()
    {
        var info = Named(Read(Metric("a", "", 5, Proto.New.In(1, Point(1)))), "target_info");
        Assert.Equal(Labels.Of("target_info", ("job", "shop/api"), ("instance", "pod-1"), ("system", "shop"), ("host_name", "node-7")), info.Labels);
        Assert.Equal([new Sample(Milli, 1)], info.Samples);
    }

    [Fact]
    public void Sum_CumulativeMonotonic_IsACounterAndOtherwiseAGauge()
    {
        var read = Read(
            Metric("orders", "1", 7, Proto.New.In(1, Proto.New.Fixed(3, Nano).Fixed(6, 7)).Varint(2, 2).Varint(3, 1)),
            Metric("jobs", "1", 7, Proto.New.In(1, Proto.New.Fixed(3, Nano).Fixed(6, -7)).Varint(2, 2)));
        Assert.Equal(7, Named(read, "orders_total").Samples[0].Value);
        Assert.Equal(-7, Named(read, "jobs").Samples[0].Value);
        Assert.Equal([MetricKind.Counter, MetricKind.Gauge], read.Batch.Metadata.Select(metadata => metadata.Kind));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public void Temporality_DeltaOrNone_IsRefusedWithTheReason(int kind)
    {
        var read = Read(Metric("orders", "1", kind, Proto.New.In(1, Point(1)).In(1, Point(2)).Varint(2, 1)), Metric("fine", "", 5, Proto.New.In(1, Point(1))));
        Assert.Equal("2 delta temporality, not supported: send cumulative", read.Refusals.ToString());
        Named(read, "fine");
        Assert.Equal(1, read.Points);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Histogram_Cumulative_IsClassicBuckets(bool isPacked)
    {
        var point = Proto.New.Fixed(3, Nano).Fixed(4, 6).Double(5, 9.5).Attribute(9, "route", "/");
        point = isPacked
            ? point.Packed(6, 1, 2, 3).Packed(7, BitConverter.DoubleToInt64Bits(0.00001), BitConverter.DoubleToInt64Bits(1))
            : point.Fixed(6, 1).Fixed(6, 2).Fixed(6, 3).Double(7, 0.00001).Double(7, 1);
        var read = Read(Metric("took", "s", 9, Proto.New.In(1, point).Varint(2, 2)));
        Assert.Equal(6, Named(read, "took_seconds_count").Samples[0].Value);
        Assert.Equal(9.5, Named(read, "took_seconds_sum").Samples[0].Value);
        var buckets = read.Batch.Series.Where(series => series.Labels.Metric == "took_seconds_bucket").ToDictionary(series => series.Labels["le"]!, series => series.Samples[0].Value);
        Assert.Equal(new() { ["0.00001"] = 1, ["1"] = 3, ["+Inf"] = 6 }, buckets);
        Assert.Equal(1, read.Points);
    }

    [Fact]
    public void Histogram_BucketsThatDoNotFit_AreRefused() => Assert.Equal("1 buckets do not fit their bounds",
        Read(Metric("took", "s", 9, Proto.New.In(1, Proto.New.Fixed(3, Nano).Packed(6, 1, 2).Packed(7, 1, 2)).Varint(2, 2))).Refusals.ToString());

    [Fact]
    public void Summary_HasItsQuantiles()
    {
        var read = Read(Metric("rpc", "s", 11, Proto.New.In(1, Proto.New.Fixed(3, Nano).Fixed(4, 2).Double(5, 3).In(6, Proto.New.Double(1, 0.99).Double(2, 1.5)))));
        Assert.Equal(1.5, read.Batch.Series.Single(series => series.Labels["quantile"] == "0.99").Samples[0].Value);
        Assert.Equal(2, Named(read, "rpc_seconds_count").Samples[0].Value);
    }

    [Fact]
    public void Point_WithoutRecordedValue_IsAStaleMarker()
    {
        var read = Read(Metric("gone", "", 5, Proto.New.In(1, Proto.New.Fixed(3, Nano).Varint(8, 1))));
        Assert.True(StaleMarker.Is(Named(read, "gone").Samples[0].Value));
    }

    [Fact]
    public void Unsupported_IsRefusedByPoint()
    {
        var read = Read(
            Metric("exp", "", 10, Proto.New.In(1, Proto.New).In(1, Proto.New)),
            Metric("日本", "", 5, Proto.New.In(1, Point(1))),
            Metric("empty", "", 5, Proto.New.In(1, Proto.New.Fixed(3, Nano))));
        Assert.Equal(4, read.Refusals.Count);
        Assert.Equal(0, read.Points);
        Assert.Empty(read.Batch.Series);
    }

    [Theory]
    [InlineData("shop", null)]
    [InlineData("game", "shop")]
    public void System_OfAnAttribute_NeverReplacesThatOfTheResource(string attribute, string? exported)
    {
        var resource = exported is null ? Proto.New.Attribute(1, "service.name", "api") : Shop;
        var read = OtlpMetrics.Read(Proto.Request(resource, Metric("a", "", 5, Proto.New.In(1, Point(1).Attribute(7, "system", attribute)))), exported is null ? null : "other");
        var labels = Named(read, "a").Labels;
        Assert.Equal(("shop", exported is null ? null : "game"), (labels["system"], labels["exported_system"]));
    }

    [Fact]
    public void System_OfTheAddress_IsForResourcesWithoutOne()
    {
        var read = OtlpMetrics.Read(Proto.Request(Proto.New.Attribute(1, "service.name", "api"), Metric("a", "", 5, Proto.New.In(1, Point(1)))), "shop");
        Assert.Equal("shop", Named(read, "a").Labels["system"]);
    }

    [Fact]
    public void Json_OfTheSpecification_IsReadAsItsProtobuf()
    {
        const string json = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}},{"key":"tags","value":{"arrayValue":{"values":[{"intValue":"1"},{"boolValue":true},{"kvlistValue":{"values":[{"key":"k","value":{"doubleValue":0.5}}]}}]}}}]},
            "scopeMetrics":[{"scope":{"name":"my.library","version":"1.0.0"},"metrics":[
              {"name":"my.counter","unit":"1","description":"I am a Counter","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asDouble":5,"startTimeUnixNano":"1544712660300000000","timeUnixNano":"1544712661300000000","attributes":[{"key":"my.counter.attr","value":{"stringValue":"some value"}}]}]}},
              {"name":"my.gauge","unit":"s","gauge":{"dataPoints":[{"asInt":"10","timeUnixNano":1544712661300000000,"unknown":[1,{}]}]}},
              {"name":"my.histogram","unit":"1","histogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"1544712661300000000","count":"2","sum":2,"bucketCounts":["1",1],"explicitBounds":[1],"min":0,"max":2}]}}]}]}]}
            """;
        var read = OtlpMetrics.Read(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(json), OtlpMessages.MetricsRequest), "shop");
        Assert.Equal(Labels.Of("my_counter_total", ("job", "my.service"), ("system", "shop"), ("my_counter_attr", "some value")), Named(read, "my_counter_total").Labels);
        Assert.Equal([new Sample(1544712661300, 10)], Named(read, "my_gauge_seconds").Samples);
        Assert.Equal(["1", "+Inf"], read.Batch.Series.Where(series => series.Labels.Metric == "my_histogram_bucket").Select(series => series.Labels["le"]));
        Assert.Equal("""[1,true,{"k":0.5}]""", Named(read, "target_info").Labels["tags"]);
        Assert.Equal(0, read.Refusals.Count);
    }

    [Theory]
    [InlineData("[]", "the message must be an object")]
    [InlineData("""{"resourceMetrics":{}}""", "resourceMetrics must be a list")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":1}]}]}]}""", "resourceMetrics.scopeMetrics.metrics.name must be a text")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"\ud800"}]}]}]}""", "resourceMetrics.scopeMetrics.metrics.name must be a text of Unicode")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"asInt":"1.5"}]}}]}]}]}""", "must be a whole number in its range")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"timeUnixNano":"99999999999999999999"}]}}]}]}]}""", "must be a whole number in its range")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"isMonotonic":"yes"}}]}]}]}""", "must be true or false")]
    [InlineData("""{"resourceMetrics":[{"resource":{"attributes":[{"key":"k","value":{"bytesValue":"%%"}}]}}]}""", "must be base64")]
    [InlineData("{", "the JSON is malformed")]
    [InlineData("", "the JSON is malformed")]
    public void Json_OfAnotherShape_IsRefusedWithThePlace(string json, string reason) => Assert.Contains(reason,
        Assert.Throws<MalformedWriteException>(() => OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(json), OtlpMessages.MetricsRequest)).Message, StringComparison.Ordinal);

    [Fact]
    public void Value_NestedTooDeep_IsRefused()
    {
        var value = Proto.New.Text(1, "deep");
        for (var i = 0; i < 200; i++)
            value = Proto.New.In(5, Proto.New.In(1, value));
        Assert.Throws<MalformedWriteException>(() => OtlpMetrics.Read(Proto.Request(Proto.New.In(1, Proto.New.Text(1, "k").In(2, value)), Metric("a", "", 5, Proto.New.In(1, Point(1)))), null));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void Decoders_MutatedBytes_RefuseOrRead(int seed)
    {
        var random = new Random(seed);
        var message = Proto.Request(Shop.In(1, Proto.New.Text(1, "list").In(2, Proto.New.In(5, Proto.New.In(1, Proto.New.Double(4, 1))))),
            Metric("a", "By", 5, Proto.New.In(1, Point(1).Attribute(7, "k", "v"))), Metric("s", "1", 7, Proto.New.In(1, Point(1)).Varint(2, 2).Varint(3, 1)),
            Metric("h", "s", 9, Proto.New.In(1, Proto.New.Fixed(3, Nano).Packed(6, 1, 2).Packed(7, 1)).Varint(2, 2)));
        var json = Encoding.UTF8.GetBytes("""{"resourceMetrics":[{"resource":{"attributes":[{"key":"k","value":{"intValue":"1"}}]},"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{"asInt":"10","timeUnixNano":"1"}]}}]}]}]}""");
        for (var i = 0; i < 10_000; i++)
        {
            Attempt(() => OtlpMetrics.Read(Mutated(message, random), null));
            Attempt(() => OtlpMetrics.Read(OtlpJson.ToProtobuf(Mutated(json, random), OtlpMessages.MetricsRequest), null));
        }
    }

    static void Attempt(Action read)
    {
        try
        {
            read();
        }
        catch (MalformedWriteException)
        {
            // A refusal with a reason is what is wanted; anything else fails the test.
        }
    }

    static byte[] Mutated(byte[] bytes, Random random)
    {
        var mutated = bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)];
        for (var i = random.Next(4); i > 0 && mutated.Length > 0; i--)
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
        return mutated;
    }
}
