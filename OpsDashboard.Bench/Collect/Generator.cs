using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpsDashboard.Bench.Collect;

/// <summary>A process of its own that serves expositions and a health address, so that its work is not counted as the program's.</summary>
static class Generator
{
    public const string Command = "serve-metrics";

    /// <summary>Serves on the port until its standard input ends: it does not outlive who started it.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (port, series) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        var scrapes = 0;
        app.MapGet("/metrics/{target:int}", (int target) => Results.Bytes(Exposition(target, series, Interlocked.Increment(ref scrapes)), "text/plain; version=0.0.4; charset=utf-8"));
        app.MapGet("/health", () => Results.Text("{\"status\":\"healthy\"}", "application/json"));
        await app.StartAsync();
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    /// <summary>Half counters, half gauges, with the labels of an ordinary web application; every value changes from scrape to scrape.</summary>
    public static byte[] Exposition(int target, int series, int scrape)
    {
        var text = new StringBuilder(series * 96);
        for (var i = 0; i < series; i++)
        {
            if (i % 100 == 0)
                text.Append(CultureInfo.InvariantCulture, $"# HELP bench_metric_{i / 100} A metric of the benchmark.\n# TYPE bench_metric_{i / 100} {(i % 200 == 0 ? "counter" : "gauge")}\n");
            text.Append(CultureInfo.InvariantCulture, $"bench_metric_{i / 100}{{handler=\"/api/v1/resource/{i % 100}\",method=\"GET\",code=\"200\",shard=\"{target}\"}} ");
            if (i / 100 % 2 == 0)
                text.Append(scrape * (long)(i % 100 + 1));
            else
                text.Append(CultureInfo.InvariantCulture, $"{50 + (scrape * 7 + i) % 1000 / 100.0:0.00}");
            text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
