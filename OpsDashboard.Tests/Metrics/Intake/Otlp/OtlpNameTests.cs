using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Intake.Otlp;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Intake.Otlp;

public sealed class OtlpNameTests
{
    // Names and results as Prometheus' translator documents and tests them.
    [Theory]
    [InlineData("http.server.request.duration", "s", "Histogram", "http_server_request_duration_seconds")]
    [InlineData("requests.count", "1", "Counter", "requests_count_total")]
    [InlineData("memory.usage", "By", "Gauge", "memory_usage_bytes")]
    [InlineData("system.filesystem.usage", "By", "Unknown", "system_filesystem_usage_bytes")]
    [InlineData("process_cpu_seconds_total", "s", "Counter", "process_cpu_seconds_total")]
    [InlineData("total.bytes.sent", "By", "Counter", "bytes_sent_total")]
    [InlineData("cache.hit", "1", "Gauge", "cache_hit_ratio")]
    [InlineData("cache.hit", "1", "Unknown", "cache_hit")]
    [InlineData("network.speed", "By/s", "Gauge", "network_speed_bytes_per_second")]
    [InlineData("queue", "{messages}", "Gauge", "queue")]
    [InlineData("queue.in", "{messages}/s", "Gauge", "queue_in_per_second")]
    [InlineData("queue", "{messages}/{consumer}", "Gauge", "queue")]
    [InlineData("load", "%", "Gauge", "load_percent")]
    [InlineData("a  weird--name", "", "Gauge", "a_weird_name")]
    [InlineData("2xx", "", "Gauge", "_2xx")]
    [InlineData("a:b", "foo_bar", "Gauge", "a:b_foo_bar")]
    [InlineData("日本", "s", "Gauge", "")]
    [InlineData("", "s", "Counter", "")]
    public void Metric_OfNameUnitAndKind_IsPrometheus(string name, string unit, string kind, string expected) =>
        Assert.Equal(expected, OtlpNames.Metric(name, unit, Enum.Parse<MetricKind>(kind)));

    [Theory]
    [InlineData("http.method", "http_method")]
    [InlineData("1st", "key_1st")]
    [InlineData("_private", "key_private")]
    [InlineData("__reserved__", "__reserved__")]
    [InlineData("a-ü-b", "a___b")]
    [InlineData("..", "")]
    [InlineData("", "")]
    public void Label_OfAttribute_IsPrometheus(string name, string expected) => Assert.Equal(expected, OtlpNames.Label(name));
}
