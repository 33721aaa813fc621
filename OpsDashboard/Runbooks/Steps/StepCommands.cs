using OpsDashboard.Runbooks.Nodes;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>The commands of one execution of a step: each is written down before it begins, and what an earlier process left is ended before it is begun again. Thread-safe.</summary>
sealed class StepCommands(StepContext context, CommandNodes nodes)
{
    readonly SemaphoreSlim turn = new(1, 1);
    StepHandles handles = StepHandles.None;

    /// <returns>What may be left, in a sentence; null: verifiably nothing.</returns>
    public async Task<string?> EndEarlierAsync(CancellationToken stop)
    {
        var left = new List<string>();
        foreach (var earlier in StepHandles.Parse(context.Handle).All)
        {
            if (nodes.Open(earlier) is not { } node)
                left.Add($"{earlier.NodeId}: begun by the dashboard on {earlier.Machine}; it cannot be looked for from here.");
            else if (await node.AbortAsync(earlier.Handle, stop) is { IsGone: false } result)
                left.Add($"{earlier.NodeId}: {result.Sentence}");
        }
        return left.Count == 0 ? null : string.Join(" ", left);
    }

    /// <summary>What became of the commands of the step; empty where none is written down.</summary>
    public async Task<IReadOnlyList<FoundCommand>> FindAsync(CancellationToken stop)
    {
        var found = new List<FoundCommand>();
        foreach (var earlier in StepHandles.Parse(context.Handle).All)
            found.Add(nodes.Open(earlier) is { } node ? await node.FindAsync(earlier.Handle, stop) : new(FoundState.Unreachable, null, $"{earlier.NodeId} cannot be asked from here."));
        return found;
    }

    /// <param name="source">Stands before its lines.</param>
    public async Task<(CommandResult Result, CapturedOutput Output)> RunAsync(string nodeId, CommandSpec command, string source, CancellationToken stop)
    {
        var output = new CapturedOutput(context, (handle, ends) => KeepAsync(nodeId, handle, ends), context.Options<CommandOptions>().Capture, source);
        var result = await nodes.Open(nodeId)!.RunAsync(command, output, stop);
        if (result.DroppedLines > 0)
            context.Output.Write($"{result.DroppedLines} lines were left out: more was printed than is kept.", isError: true);
        if (result.LeftRunning > 0)
            context.Output.Write($"It left {result.LeftRunning} processes running.");
        return (result, output);
    }

    async Task KeepAsync(string nodeId, CommandHandle handle, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            handles = handles.With(nodeId, handle);
            await context.KeepAsync(handles.ToString(), stop);
        }
        finally
        {
            turn.Release();
        }
    }
}
