using OpsDashboard.Bench.Live;

namespace OpsDashboard.Bench.Viewers;

/// <summary><c>firstpage</c>: what the first page of a published program costs over the wire, and whether that program works in a browser, as Production.</summary>
static class FirstPageBench
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("ops-bench-published");
        try
        {
            var published = await NodeScript.StartAsync("dotnet", ["publish", Path.Combine(LiveServer.Root, "OpsDashboard"), "-c", "Release", "-o", folder.FullName, "--nologo", "-v", "q"]);
            if (published != 0)
                return published;
            await using var server = await LiveServer.StartAsync(new(Simulator: true, Published: folder.FullName));
            return await NodeScript.RunAsync("Viewers/firstpage.mjs", [server.Address, await server.SignInLink.WaitAsync(TimeSpan.FromSeconds(30)), .. arguments]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
