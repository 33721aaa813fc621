namespace OpsDashboard.Simulator.Commands;

/// <summary>The programs that simulated machines know. What they do not know ends with 127, as a shell says it.</summary>
static class CommandTable
{
    const int NotFound = 127;

    static readonly Dictionary<string, Func<SimulatedCommand, Task<int>>> Programs = new()
    {
        ["systemctl"] = UnitCommands.SystemctlAsync,
        ["docker"] = ContainerCommands.DockerAsync,
        ["kubectl"] = ContainerCommands.KubectlAsync,
        ["npm"] = ScriptCommands.RunAsync,
        ["bun"] = ScriptCommands.RunAsync,
        ["echo"] = PlainCommands.EchoAsync,
        ["printenv"] = PlainCommands.PrintEnvironmentAsync,
        ["seq"] = PlainCommands.SequenceAsync,
        ["sleep"] = PlainCommands.SleepAsync,
        ["true"] = _ => Task.FromResult(0),
        ["false"] = _ => Task.FromResult(1),
    };

    public static Task<int> RunAsync(SimulatedCommand command) => Programs.TryGetValue(command.Argv[0].Split('/')[^1], out var program)
        ? program(command)
        : command.FailAsync(NotFound, $"{command.Argv[0]}: command not found");
}
