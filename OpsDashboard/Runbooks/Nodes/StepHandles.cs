namespace OpsDashboard.Runbooks.Nodes;

/// <summary>The commands that a step began, one line each: on which node, by the dashboard of which machine, and the handle. Kept with the step, so that they are found after a crash.</summary>
sealed record StepHandles(IReadOnlyList<StepHandle> All)
{
    public static readonly StepHandles None = new([]);

    public StepHandles With(string nodeId, CommandHandle handle) => new([.. All.Where(one => one.NodeId != nodeId), new(nodeId, Environment.MachineName, handle)]);

    public static StepHandles Parse(string? text) => string.IsNullOrEmpty(text) ? None
        : new([.. text.Split('\n').Select(line => line.Split(' ', 3) is [var node, var machine, var handle] && CommandHandle.TryParse(handle) is { } parsed ? new StepHandle(node, machine, parsed) : null).OfType<StepHandle>()]);

    public override string ToString() => string.Join('\n', All.Select(one => $"{one.NodeId} {one.Machine} {one.Handle}"));
}

/// <param name="Machine">Where the dashboard ran that began it: a command on its own machine is there and nowhere else.</param>
sealed record StepHandle(string NodeId, string Machine, CommandHandle Handle);
