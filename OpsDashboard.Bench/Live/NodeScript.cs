using System.Diagnostics;

namespace OpsDashboard.Bench.Live;

/// <summary>Runs a script of this project with Node, after its packages are there.</summary>
static class NodeScript
{
    static readonly string Folder = Path.Combine(LiveServer.Root, "OpsDashboard.Bench");

    /// <param name="script">Relative to the project.</param>
    /// <param name="arguments">As the script's head names them.</param>
    public static async Task<int> RunAsync(string script, IReadOnlyList<string> arguments)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")) && await StartAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]) is var failed and not 0)
            return failed;
        return await StartAsync("node", [Path.Combine(Folder, script), .. arguments]);
    }

    /// <summary>Waits for a program whose output goes to this one's.</summary>
    public static async Task<int> StartAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
