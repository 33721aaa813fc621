using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using OpsDashboard.Bench.Live;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>
/// <c>runs [runs] [steps]</c>: so many runs at once, each with so many command steps of three seconds on this machine, and three real circuits that look on; how
/// many went on together, how long until all have finished, and how long pages and the API take to answer meanwhile, to the last byte.
/// </summary>
static class RunsBench
{
    const int Together = 20;
    const double Reach = 300;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200), Last = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200;
        var steps = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 10;
        var runbook = "locks: []\nparameters: { number: { type: number } }\nsteps:\n" + string.Concat(Enumerable.Range(1, steps).Select(step =>
            $"  - {{ name: step-{step}, kind: command, node: here, env: {{ NUMBER: \"${{parameters.number}}\" }}, argv: [sh, -c, 'echo \"step {step} of $NUMBER\"; sleep 3'] }}\n"));
        await using var server = await LiveServer.StartAsync(new(Settings: BenchRunbooks.Settings, Catalogue: folder => BenchRunbooks.Write(folder, ("many", "reversible", runbook))));
        using var client = new HttpClient { BaseAddress = new($"{server.Address}/"), Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveServer.Token);
        var api = new RunsApi(client);
        // The first of all compiles.
        var first = (await api.StartAsync("many", Parameters(0)))!.Value.GetProperty("id").GetString()!;
        await api.UntilAsync(first, IsOver, Last);
        string[] pages = ["/", "/runbooks", $"/runs/{first}", "/api/runs?limit=50", "/api/runbooks"];
        await PageTimes.MeasureAsync(client, pages, Pace, Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System));

        var began = TimeProvider.System.GetTimestamp();
        var used = ProcessorTime(server.ProcessId);
        var all = AllAsync(api, count);
        pages[2] = $"/runs/{await all.First}";
        var viewers = NodeScript.RunAsync("Runbooks/lookers.mjs", [server.Address, LiveServer.Email, LiveServer.Password, pages[0], pages[1], pages[2]]);
        var measured = await PageTimes.MeasureAsync(client, pages, Pace, all.Ended);
        var took = TimeProvider.System.GetElapsedTime(began);
        var ended = await api.ListAsync("&runbook=bench.many");
        var good = ended.Count(run => run.GetProperty("status").GetString() == "succeeded") - 1;
        Console.WriteLine($"{good} of {count} runs with {steps} steps succeeded in {took.TotalSeconds:0.0} s ({count * steps / took.TotalSeconds:0} steps/s); all started after {all.StartedAfter.TotalSeconds:0.0} s, {all.Most} went on together; {100 * (ProcessorTime(server.ProcessId) - used).TotalSeconds / took.TotalSeconds:0} % of a core");
        var isFast = PageTimes.Write(measured, Reach);
        return await viewers == 0 && good == count && isFast ? 0 : 1;
    }

    static Starting AllAsync(RunsApi api, int count)
    {
        var starting = new Starting();
        starting.Ended = EndAsync(api, count, starting);
        return starting;
    }

    static async Task EndAsync(RunsApi api, int count, Starting starting)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForAsync(1, count + 1, new ParallelOptions { MaxDegreeOfParallelism = Together }, async (number, _) =>
            starting.Found.TrySetResult((await api.StartAsync("many", Parameters(number)))!.Value.GetProperty("id").GetString()!));
        starting.StartedAfter = TimeProvider.System.GetElapsedTime(began);
        using var late = new CancellationTokenSource(Last);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await tick.WaitForNextTickAsync(late.Token))
        {
            if ((await api.ListAsync("&open=true")).Count is > 0 and var open)
                starting.Most = Math.Max(starting.Most, open);
            else
                return;
        }
    }

    static bool IsOver(JsonElement run) => run.GetProperty("endedAt").ValueKind != JsonValueKind.Null;

    static Dictionary<string, string> Parameters(int number) => new() { ["number"] = $"{number}" };

    static TimeSpan ProcessorTime(int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }

    sealed class Starting
    {
        public TaskCompletionSource<string> Found { get; } = new();
        public Task<string> First => Found.Task;
        public Task Ended { get; set; } = Task.CompletedTask;
        public TimeSpan StartedAfter { get; set; }

        /// <summary>As many were open at one look.</summary>
        public int Most { get; set; }
    }
}
