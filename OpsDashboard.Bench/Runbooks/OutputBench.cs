using System.Globalization;
using System.Net.Http.Headers;
using OpsDashboard.Bench.Live;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>
/// <c>output [lines a second] [seconds]</c>: a command step writes so many lines, each with the instant of its writing, while a real Chromium has the run's page
/// open. How long a line takes to the screen, whether the page ever stands still, what it says of the lines that it left out, and whether every line is in the raw log.
/// </summary>
static class OutputBench
{
    /// <summary>Runs this program as the command that writes.</summary>
    public const string Writer = "write-lines";

    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rate = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 60;
        var runbook = $$"""
            locks: []
            steps:
              - { name: ready, kind: manual, instruction: Say when to begin. }
              - { name: flood, kind: command, node: here, timeout: 10m, argv: [{{string.Join(", ", Itself().Append(Writer).Append($"{rate}").Append($"{seconds}").Select(part => $"\"{part}\""))}}] }
            """;
        await using var server = await LiveServer.StartAsync(new(Settings: BenchRunbooks.Settings, Catalogue: folder => BenchRunbooks.Write(folder, ("flood", "reversible", runbook))));
        using var client = new HttpClient { BaseAddress = new($"{server.Address}/"), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveServer.Token);
        var api = new RunsApi(client);
        var id = (await api.StartAsync("flood", new Dictionary<string, string>()))!.Value.GetProperty("id").GetString()!;
        var seen = await NodeScript.RunAsync("Runbooks/output.mjs", [server.Address, LiveServer.Email, LiveServer.Password, LiveServer.Token, id, $"{seconds}", $"{server.ProcessId}"]);
        var run = await api.UntilAsync(id, now => now.GetProperty("endedAt").ValueKind != System.Text.Json.JsonValueKind.Null, TimeSpan.FromMinutes(5));
        return await StoredAsync(client, id, (long)rate * seconds) && run.GetProperty("status").GetString() == "succeeded" ? seen : 1;
    }

    /// <summary><c>write-lines [lines a second] [seconds]</c>: in portions of a hundredth of a second.</summary>
    public static async Task<int> WriteAsync(string[] arguments)
    {
        var (rate, seconds) = (long.Parse(arguments[0], CultureInfo.InvariantCulture), long.Parse(arguments[1], CultureInfo.InvariantCulture));
        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16) { AutoFlush = false, NewLine = "\n" };
        var began = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(Beat);
        for (var line = 0L; line < rate * seconds;)
        {
            var due = Math.Min(rate * seconds, (long)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * rate));
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            for (; line < due; line++)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line} {now} worker {line % 7} moved item {line * 7919 % 100_003} to the next shelf"));
            await output.FlushAsync();
            await tick.WaitForNextTickAsync();
        }
        return 0;
    }

    // Every line once, in order, as it was written.
    static async Task<bool> StoredAsync(HttpClient client, string id, long written)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var reader = new StreamReader(await client.GetStreamAsync($"api/runs/{id}/output?step=flood"));
        var (stored, others) = (0L, 0);
        while (await reader.ReadLineAsync() is { } line)
        {
            var text = line[(line.IndexOf(' ', line.IndexOf(' ') + 1) + 1)..];
            if (text.StartsWith($"{stored} ", StringComparison.Ordinal))
                stored++;
            else if (others++ < 3)
                Console.WriteLine($"in the raw log: {line}");
        }
        Console.WriteLine($"raw log: {stored:N0} of {written:N0} lines, each once and in order; {others} others; downloaded in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
        return stored == written && others == 0;
    }

    // Started as itself or by dotnet: the writer is started the same way.
    static IEnumerable<string> Itself() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(OutputBench).Assembly.Location] : [Environment.ProcessPath!];
}
