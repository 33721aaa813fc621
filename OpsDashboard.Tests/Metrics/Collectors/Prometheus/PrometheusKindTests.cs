using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Metrics.Collectors.Prometheus;
using OpsDashboard.Metrics.Collectors.Relabelling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Prometheus;

public sealed class PrometheusKindTests
{
    readonly PrometheusKind kind = new(new CollectorHttp());

    [Theory]
    [InlineData("backend:3002", "http://backend:3002/metrics")]
    [InlineData("https://api.example.com", "https://api.example.com/metrics")]
    [InlineData("http://127.0.0.1:81/own/path?x=1", "http://127.0.0.1:81/own/path?x=1")]
    [InlineData("[::1]:9090", "http://[::1]:9090/metrics")]
    public void Address_BecomesAUrl(string address, string url) => Assert.Equal(new Uri(url), ScrapeAddress.TryCreate(address, new()));

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("a b")]
    [InlineData("http://user:secret@host/")]
    public void RejectAddress_WhatIsNone_SaysSo(string address) => Assert.NotNull(kind.RejectAddress(address));

    [Fact]
    public void Address_PathAndParameters_ComeFromTheOptions() =>
        Assert.Equal("http://a:1/probe?module=x&target=b%20c", ScrapeAddress.TryCreate("a:1", new() { MetricsPath = "/probe?module=x", Parameters = new Dictionary<string, string> { ["target"] = "b c" } })!.AbsoluteUri);

    [Fact]
    public void ReadOptions_PrometheusWords_AreRead()
    {
        var (options, problems) = Yaml.Read(kind, """
            metrics_path: /api/health/metrics
            scheme: https
            params: { format: [prometheus] }
            honor_labels: true
            honor_timestamps: false
            body_size_limit: 15MB
            sample_limit: 5000
            basic_auth: { username: ops, password_file: /run/secrets/x }
            tls_config: { insecure_skip_verify: true }
            relabel_configs: [ { source_labels: [__address__], regex: "(.*):.*", target_label: host } ]
            metric_relabel_configs: [ { action: labeldrop, regex: tmp_.* } ]
            """);
        Assert.Empty(problems);
        var scrape = Assert.IsType<ScrapeOptions>(options);
        Assert.Equal(("/api/health/metrics", true, false, 15L << 20, 5000), (scrape.MetricsPath, scrape.HonorLabels, scrape.HonorTimestamps, scrape.BodySizeLimit, scrape.SampleLimit));
        Assert.Equal(("ops", "/run/secrets/x", true), (scrape.Access.UserName, scrape.Access.SecretFile, scrape.Access.AcceptAnyCertificate));
        Assert.Equal((1, RelabelAction.LabelDrop), (scrape.Relabelling.Count, scrape.MetricRelabelling[0].Action));
    }

    [Theory]
    [InlineData("scheme: gopher", "`scheme: gopher` is not known.")]
    [InlineData("sample_limit: -1", "`sample_limit: -1` is less than nothing.")]
    [InlineData("body_size_limit: big", "`body_size_limit: big` is not a size.")]
    [InlineData("authorization: { type: Bearer }", "The secret has no source.")]
    [InlineData("metric_relabel_configs: [ { action: explode } ]", "`action: explode` is not known.")]
    [InlineData("metric_relabel_configs: [ { regex: '(' , target_label: x } ]", "`regex: (` is not a regular expression")]
    [InlineData("metric_relabel_configs: [ { source_labels: [a] } ]", "`action: replace` needs a label to write to.")]
    [InlineData("metric_relabel_configs: [ { action: hashmod, target_label: x } ]", "`action: hashmod` needs a modulus of 1 or more.")]
    [InlineData("metric_relabel_configs: [ { colour: red, target_label: x } ]", "`colour` is not known here.")]
    public void ReadOptions_Wrong_IsReported(string yaml, string message) => Assert.StartsWith(message, Assert.Single(Yaml.Read(kind, yaml).Problems).Message);

    [Fact]
    public void Relabel_RenamesTheTarget()
    {
        var target = CollectOnce.Target("prometheus", "10.0.0.1:9100", new ScrapeOptions
        {
            Relabelling =
            [
                new() { SourceLabels = ["__address__"], Pattern = "(.*):\\d+", TargetLabel = "instance" },
                new() { TargetLabel = "__metrics_path__", Replacement = "/probe" },
                new() { SourceLabels = ["__address__"], TargetLabel = "__param_target" },
                new() { TargetLabel = "system", Replacement = "other" },
                new() { TargetLabel = "tier", Replacement = "front" },
            ],
        }, "10.0.0.1:9100");
        var relabelled = kind.Relabel(target)!;
        Assert.Equal(("10.0.0.1", "liap-tui", "front", "/probe", "10.0.0.1:9100"),
            (relabelled.Instance, relabelled.SystemId, relabelled.Labels["tier"], ((ScrapeOptions)relabelled.Options).MetricsPath, ((ScrapeOptions)relabelled.Options).Parameters["target"]));
    }

    [Fact]
    public void Relabel_Drop_LeavesTheTargetOut()
    {
        var target = CollectOnce.Target("prometheus", "a:1", new ScrapeOptions { Relabelling = [new() { SourceLabels = ["__address__"], Pattern = "a:.*", Action = RelabelAction.Drop }] }, "a:1");
        Assert.Null(kind.Relabel(target));
    }
}
