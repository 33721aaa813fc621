using OpsDashboard.Simulator.Systems;

namespace OpsDashboard.Simulator.Commands;

/// <summary>One command on a simulated machine.</summary>
/// <param name="Argv">The program and its arguments, as a real machine would get them.</param>
/// <param name="Write">Takes a line; true: from the error stream.</param>
/// <param name="Stop">The command was killed.</param>
sealed record SimulatedCommand(Fleet Fleet, SimulatedSystem System, IReadOnlyList<string> Argv, IReadOnlyDictionary<string, string> Environment, TimeProvider Clock, Func<string, bool, Task> Write, CancellationToken Stop)
{
    public IReadOnlyList<string> Arguments => [.. Argv.Skip(1)];

    public Task OutAsync(string line) => Write(line, false);

    public Task ErrAsync(string line) => Write(line, true);

    public Task PauseAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Clock, Stop);

    public async Task<int> FailAsync(int exit, string line)
    {
        await ErrAsync(line);
        return exit;
    }
}

/// <summary>What a name on a simulated machine stands for.</summary>
enum PartKind { Program, Database, Cache }
