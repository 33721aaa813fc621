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

namespace OpsDashboard.Bench.OnCall;

/// <summary>
/// <c>page [alerts]</c>, in real time against a process of its own: alerts of a component each, one after the other, from the answer that took the alert to
/// the first page at a receiver on loopback.
/// </summary>
static class PageBench
{
    const double Reach = 2000;

    const string Routing = """
        route: {{ receiver: nobody }}
        receivers: [{{ name: nobody }}, {{ name: hook, webhook_configs: [{{ url: '{0}/' }}] }}]
        """;

    const string Plan = """
        people: [{ id: ana, name: Ana, methods: ["receiver:hook"] }]
        policies: [{ id: bench, name: Bench, levels: [{ person: ana }] }]
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 300;
        var paged = new ConcurrentDictionary<string, TaskCompletionSource<long>>();
        await using var receiver = await StartReceiverAsync(paged);
        await using var server = await LiveServer.StartAsync(new(Catalogue: folder => WriteCatalogue(folder, receiver.Urls.First())));
        using var client = new HttpClient { BaseAddress = new(server.Address), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveServer.Token);
        var times = new List<double>();
        for (var number = 0; number < count; number++)
        {
            var name = $"part-{number}";
            var arrived = paged.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
            var began = TimeProvider.System.GetTimestamp();
            (await client.PostAsJsonAsync("/api/v2/alerts", new[] { new { labels = new Dictionary<string, string> { ["alertname"] = "Down", ["severity"] = "critical", ["system"] = "paged", ["component"] = name } } })).EnsureSuccessStatusCode();
            times.Add(TimeProvider.System.GetElapsedTime(began, await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60))).TotalMilliseconds);
        }
        times.Sort();
        double Part(double part) => times[(int)((times.Count - 1) * part)];
        Console.WriteLine($"{count} alerts → first person paged: median {Part(0.5):0} ms, p95 {Part(0.95):0} ms, p99 {Part(0.99):0} ms, worst {times[^1]:0} ms");
        return Part(0.99) <= Reach ? 0 : 1;
    }

    static async Task<WebApplication> StartReceiverAsync(ConcurrentDictionary<string, TaskCompletionSource<long>> paged)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", async (HttpRequest request) =>
        {
            var at = TimeProvider.System.GetTimestamp();
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
            var part = body.GetProperty("alerts")[0].GetProperty("labels").GetProperty("component").GetString()!;
            paged.GetOrAdd(part, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(at);
            return Results.Ok();
        });
        await app.StartAsync();
        return app;
    }

    static void WriteCatalogue(string catalogue, string receiver)
    {
        var folder = Directory.CreateDirectory(Path.Combine(catalogue, "paged")).FullName;
        File.WriteAllText(Path.Combine(folder, "system.yml"), "id: paged\nname: Paged\nshort: PG\ndescription: Pages.\ncomponents:\n  - { id: api, name: API, kind: api }\nescalation: [{ policy: bench }]\n");
        File.WriteAllText(Path.Combine(folder, "targets.yml"), "scrape_configs: []\n");
        File.WriteAllText(Path.Combine(catalogue, "alertmanager.yml"), string.Format(CultureInfo.InvariantCulture, Routing, receiver));
        File.WriteAllText(Path.Combine(catalogue, "oncall.yml"), Plan);
    }
}
