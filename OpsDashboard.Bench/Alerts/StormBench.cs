using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpsDashboard.Bench.Live;

namespace OpsDashboard.Bench.Alerts;

/// <summary>
/// <c>storm [alerts a second] [seconds]</c>, in real time: another Prometheus sends so many new alerts each second over Alertmanager's API (five systems × two
/// names, each alert with an instance of its own), routing groups them by both and tells a real receiver on loopback; meanwhile the pages are asked for.
/// </summary>
static class StormBench
{
    const int Systems = 5, Names = 2;
    static readonly TimeSpan After = TimeSpan.FromSeconds(25);

    const string Routing = """
        route: {{ receiver: hook, group_by: [system, alertname], group_wait: 10s, group_interval: 1m, repeat_interval: 4h }}
        receivers:
          - name: hook
            webhook_configs: [{{ url: '{0}/' }}]
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rate = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 60;
        var told = new ConcurrentQueue<(string Group, int Alerts, int Left)>();
        await using var receiver = await StartReceiverAsync(told);
        await using var server = await LiveServer.StartAsync(new(Catalogue: folder => WriteCatalogue(folder, receiver.Urls.First())));
        using var client = new HttpClient { BaseAddress = new(server.Address), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveServer.Token);
        // The first page compiles.
        foreach (var path in Pages)
            (await client.GetAsync(path)).EnsureSuccessStatusCode();
        using var over = new CancellationTokenSource();
        var pages = MeasurePagesAsync(client, over.Token);
        var posts = await SendAsync(client, rate, seconds);
        await Task.Delay(After, TimeProvider.System);
        await over.CancelAsync();
        var measured = await pages;
        var groups = told.Select(one => one.Group).Distinct().Count();
        Console.WriteLine($"{rate * seconds:N0} alerts in {seconds} s, all different; a post of {rate:N0}: median {Part(posts, 0.5):0} ms, p99 {Part(posts, 0.99):0} ms");
        Console.WriteLine($"groups told: {groups}; messages: {told.Count}; alerts in the last of each group: {told.GroupBy(one => one.Group).Sum(group => group.Last().Alerts + group.Last().Left):N0}");
        foreach (var (path, times) in measured)
            Console.WriteLine($"{path}: {times.Count} answers, median {Part(times, 0.5):0} ms, p95 {Part(times, 0.95):0} ms, p99 {Part(times, 0.99):0} ms, worst {times.Max():0} ms");
        return groups <= Systems * Names && measured.Values.All(times => Part(times, 0.99) < 300) ? 0 : 1;
    }

    static readonly string[] Pages = ["/", "/alerts", "/api/alerts?limit=50"];

    static async Task<WebApplication> StartReceiverAsync(ConcurrentQueue<(string, int, int)> told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", async (HttpRequest request) =>
        {
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
            told.Enqueue((body.GetProperty("groupKey").GetString()!, body.GetProperty("alerts").GetArrayLength(), body.GetProperty("truncatedAlerts").GetInt32()));
            return Results.Ok();
        });
        await app.StartAsync();
        return app;
    }

    static void WriteCatalogue(string catalogue, string receiver)
    {
        for (var system = 0; system < Systems; system++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(catalogue, $"storm-{system}")).FullName;
            File.WriteAllText(Path.Combine(folder, "system.yml"), $"id: storm-{system}\nname: Storm {system}\nshort: S{system}\ndescription: Target of the storm.\ncomponents:\n  - {{ id: api, name: API, kind: api }}\n");
            File.WriteAllText(Path.Combine(folder, "targets.yml"), "scrape_configs: []\n");
        }
        File.WriteAllText(Path.Combine(catalogue, "alertmanager.yml"), string.Format(CultureInfo.InvariantCulture, Routing, receiver));
    }

    static async Task<List<double>> SendAsync(HttpClient client, int rate, int seconds)
    {
        var times = new List<double>();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; second < seconds; second++)
        {
            var number = second * rate;
            var alerts = Enumerable.Range(number, rate).Select(one => new
            {
                labels = new Dictionary<string, string> { ["alertname"] = $"Slow{one / Systems % Names}", ["severity"] = "critical", ["system"] = $"storm-{one % Systems}", ["component"] = "api", ["instance"] = $"web-{one}" },
                annotations = new Dictionary<string, string> { ["summary"] = $"web-{one} is slow" },
            });
            var began = TimeProvider.System.GetTimestamp();
            (await client.PostAsJsonAsync("/api/v2/alerts", alerts)).EnsureSuccessStatusCode();
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            await tick.WaitForNextTickAsync();
        }
        return times;
    }

    static async Task<Dictionary<string, List<double>>> MeasurePagesAsync(HttpClient client, CancellationToken over)
    {
        var times = Pages.ToDictionary(path => path, _ => new List<double>());
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!over.IsCancellationRequested)
        {
            foreach (var path in Pages)
            {
                var began = TimeProvider.System.GetTimestamp();
                using var answer = await client.GetAsync(path, CancellationToken.None);
                await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
                answer.EnsureSuccessStatusCode();
                times[path].Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
        return times;
    }

    static double Part(List<double> times, double part) => times.Order().ElementAt((int)((times.Count - 1) * part));
}
