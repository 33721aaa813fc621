using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Testing;

/// <summary>A test that compares with a real Prometheus.</summary>
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute() => Skip = RealServer.SkipUnless(PrometheusServer.Binary("prometheus") is null ? null : PrometheusServer.Binary("promtool"), "Prometheus");
}

/// <summary>A real Prometheus of the test's own, holding given samples and scraping nothing.</summary>
public sealed class PrometheusServer : IDisposable
{
    readonly Process process;
    readonly HttpClient client;

    PrometheusServer(Process process, int port)
    {
        this.process = process;
        client = new() { BaseAddress = new($"http://127.0.0.1:{port}/") };
    }

    public static string? Binary(string name) => RealServer.Find(name, "/usr/bin", "/usr/local/bin");

    /// <summary>Starts over blocks made of the samples; their stamps must lie in the past.</summary>
    public static async Task<PrometheusServer> StartAsync(IEnumerable<(Labels Labels, long At, double Value)> samples)
    {
        var folder = RealServer.TemporaryFolder("prometheus");
        var (text, data, config) = (Path.Combine(folder, "samples.txt"), Path.Combine(folder, "data"), Path.Combine(folder, "prometheus.yml"));
        await File.WriteAllTextAsync(text, OpenMetrics(samples));
        await File.WriteAllTextAsync(config, "global: {}\n");
        await RealServer.RunAsync(Binary("promtool")!, "tsdb", "create-blocks-from", "openmetrics", text, data);
        var port = RealServer.FreePort();
        var process = RealServer.Start(Binary("prometheus")!, $"--config.file={config}", $"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
            $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");
        await RealServer.WaitForPortAsync(port);
        return new(process, port);
    }

    /// <summary>The data of an answer; throws with Prometheus' words where it refuses.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        // It listens before it is ready.
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var response = await client.GetAsync(path, limit.Token);
            if (response.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable)
                return JsonDocument.Parse(await response.Content.ReadAsStringAsync(limit.Token)).RootElement;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        RealServer.Kill(process);
        process.Dispose();
    }

    // One family a metric, its samples together, as OpenMetrics wants it.
    static string OpenMetrics(IEnumerable<(Labels Labels, long At, double Value)> samples)
    {
        var text = new StringBuilder();
        foreach (var family in samples.GroupBy(sample => sample.Labels.Metric))
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Key} unknown\n");
            foreach (var (labels, at, value) in family.OrderBy(sample => sample.Labels.ToString(), StringComparer.Ordinal).ThenBy(sample => sample.At))
                text.Append(CultureInfo.InvariantCulture, $"{labels} {Value(value)} {at / 1000}.{at % 1000:000}\n");
        }
        return text.Append("# EOF\n").ToString();
    }

    static string Value(double value) => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
