using System.Globalization;
using OpsDashboard.Bench.Live;

namespace OpsDashboard.Bench.Viewers;

/// <summary>What viewers cost as browsers see it: circuits, frames, and many of both for long.</summary>
static class ViewerBench
{
    // With the five systems this makes ten times the samples that they give alone.
    const int TenfoldSeries = 14_000;

    /// <summary><c>circuits [count] [seconds]</c>: real circuits on the overview, memory and CPU. The simulator is on: an overview without data is none.</summary>
    public static async Task<int> CircuitsAsync(string[] arguments)
    {
        await using var server = await LiveServer.StartAsync(new(Simulator: true));
        return await NodeScript.RunAsync("Viewers/circuits.mjs", [.. Door(server), LiveServer.Token, Id(server), Argument(arguments, 0, "500"), Argument(arguments, 1, "30")]);
    }

    /// <summary><c>frames [seconds]</c>: a system page with twelve live charts of two series and a quarter of an hour of history in Chromium.</summary>
    public static async Task<int> FramesAsync(string[] arguments)
    {
        await using var server = await LiveServer.StartAsync(new());
        return await NodeScript.RunAsync("Viewers/frames.mjs", [.. Door(server), LiveServer.Token, Argument(arguments, 0, "60"), "/systems/bench?tab=twelve"]);
    }

    /// <summary><c>soak [minutes] [viewers] [file]</c>: ten times the samples, and a heap that is weighed once a minute; the readings are appended to the file.</summary>
    public static async Task<int> SoakAsync(string[] arguments)
    {
        // Heads of five minutes are sealed several times within the run: what sealing leaves behind would show.
        await using var server = await LiveServer.StartAsync(new(Simulator: true, MoreSeries: TenfoldSeries, Settings: new() { ["Metrics__HeadSpan"] = "00:05:00", ["Metrics__SealDelay"] = "00:01:00" }));
        var file = Argument(arguments, 2, Path.Combine(Path.GetTempPath(), $"soak-{server.ProcessId}.jsonl"));
        Console.WriteLine($"readings: {file}");
        return await NodeScript.RunAsync("Viewers/soak.mjs", [.. Door(server), LiveServer.Token, Id(server), Argument(arguments, 0, "30"), Argument(arguments, 1, "50"), file]);
    }

    static string[] Door(LiveServer server) => [server.Address, LiveServer.Email, LiveServer.Password];

    static string Id(LiveServer server) => server.ProcessId.ToString(CultureInfo.InvariantCulture);

    static string Argument(string[] arguments, int index, string otherwise) => arguments.ElementAtOrDefault(index) ?? otherwise;
}
