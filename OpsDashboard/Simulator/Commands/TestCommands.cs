using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary><c>bun test &lt;file&gt;</c>: the tests that the game's guide uses to find out what is wrong; they fail where the fault is one that they look for.</summary>
static class TestCommands
{
    /// <summary>The file's name without its ending, what it looks at, and the faults that it finds.</summary>
    static readonly Dictionary<string, (string Says, FaultKind[] Finds)> Known = new()
    {
        ["performance"] = ("draws at least 50 frames a second", [FaultKind.FrameDrop]),
        ["hardware-acceleration"] = ("the browser draws with the graphics card", [FaultKind.FrameDrop]),
        ["browser-compatibility"] = ("runs in the browsers that are supported", []),
        ["fallback-animation"] = ("the plain animation draws", []),
        ["memory-leak"] = ("gives back what 1,000 openings took", [FaultKind.MemoryLeak]),
        ["useCaseOpeningGame"] = ("goes from state to state as it should", [FaultKind.Errors]),
        ["useErrorHandling"] = ("recovers from a failed request", [FaultKind.Errors]),
        ["state-reset"] = ("begins anew after a reset", []),
    };

    public static async Task<int> RunAsync(SimulatedCommand command, string path)
    {
        var name = path.Split('/')[^1].Replace(".test.ts", "", StringComparison.Ordinal);
        await command.OutAsync("bun test v1.1.38 (SIMULATED)");
        if (!Known.TryGetValue(name, out var test))
            return await command.FailAsync(1, $"error: no test files match {path}");
        await command.OutAsync($"{path}:");
        await command.PauseAsync(1);
        var fails = test.Finds.Any(command.System.Faults.Has);
        await command.OutAsync($"{(fails ? "(fail)" : "(pass)")} {test.Says}");
        await command.OutAsync(fails ? " 0 pass, 1 fail" : " 1 pass, 0 fail");
        return fails ? 1 : 0;
    }
}
