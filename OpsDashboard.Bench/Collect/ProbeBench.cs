using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpsDashboard.Bench.Collect;

/// <summary><c>probes [seconds] [count] [published folder]</c>: HTTP probes at 20 s against a local server: missed ticks, CPU, and how long their list takes to open.</summary>
static class ProbeBench
{
    const int Openings = 10;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 120;
        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5000;
        using var launch = new Launch(args.ElementAtOrDefault(2));
        var port = await launch.GeneratorAsync(1);
        var (program, client) = await launch.ProgramAsync(Targets(port, count));
        // Every probe has run at least once after 20 s; starting up is not measured.
        await Launch.WaitAsync(TimeSpan.FromSeconds(30));
        var (before, started) = (ProcessUse.Of(program.Id), Stopwatch.GetTimestamp());
        var missedBefore = await SelfText.ReadAsync(client, "collectors_missed_ticks_total");
        await Launch.WaitAsync(TimeSpan.FromSeconds(seconds));
        var (after, elapsed) = (ProcessUse.Of(program.Id), Stopwatch.GetElapsedTime(started).TotalSeconds);
        var missed = await SelfText.ReadAsync(client, "collectors_missed_ticks_total");
        var failing = await SelfText.ReadAsync(client, "collectors{health=\"failing\"}");
        var share = (after.CpuSeconds - before.CpuSeconds) / elapsed * 100;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} probes at 20 s for {elapsed:0} s: missed ticks {missed - missedBefore} (at the start {missedBefore}), failing {failing}, {share:0.0} % of a core, {after.ResidentBytes / 1048576.0:0} MB resident"));
        await OpenAsync(client, "collectors", "the page, until its last byte");
        await OpenAsync(client, "api/collectors?limit=1000", "the API, 1,000 of them");
        return await CountAsync(client) == count + 1 ? 0 : 1;
    }

    static string Targets(int port, int count)
    {
        var text = new StringBuilder("global: { scrape_interval: 20s, scrape_timeout: 10s }\nscrape_configs:\n  - job_name: probes\n    component: api\n    kind: http\n    static_configs:\n");
        for (var i = 0; i < count; i++)
            text.Append(CultureInfo.InvariantCulture, $"      - {{ targets: [\"http://127.0.0.1:{port}/health\"], labels: {{ instance: probe-{i:00000} }} }}\n");
        return text.ToString();
    }

    static async Task OpenAsync(HttpClient client, string path, string what)
    {
        var times = new List<double>();
        for (var i = 0; i < Openings; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"/{path} answered {(int)answer.StatusCode}.");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: first {times[0]:0} ms, then median {times.Order().ElementAt(Openings / 2):0} ms"));
    }

    static async Task<int> CountAsync(HttpClient client)
    {
        var (count, cursor) = (0, (string?)null);
        do
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"api/collectors?limit=1000{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"));
            count += page.RootElement.GetProperty("items").GetArrayLength();
            cursor = page.RootElement.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return count;
    }
}
