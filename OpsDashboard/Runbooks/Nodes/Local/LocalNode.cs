using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Nodes.Local;

/// <summary>The dashboard's own machine. Off unless the settings allow it: who may edit a runbook would else have the dashboard's own rights.</summary>
public sealed class LocalNode(NodesOptions options, TimeProvider clock) : ICommandNode
{
    internal const string NotAllowed = "Commands on the dashboard's own machine are off. Set Nodes__AllowLocal=true to allow them.";

    public async Task<CommandResult> RunAsync(CommandSpec command, ICommandWatch watch, CancellationToken abort)
    {
        if ((options.AllowLocal ? command.Problem() : NotAllowed) is { } refusal)
            return CommandResult.NotStarted(refusal);
        if (abort.IsCancellationRequested)
            return CommandResult.NotStarted("Aborted before it began.");
        try
        {
            using var process = await GatedProcess.StartAsync(command, clock, CancellationToken.None);
            return await FollowAsync(process, command, watch, abort);
        }
        catch (NodeException failure)
        {
            return CommandResult.NotStarted(failure.Message);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return CommandResult.NotStarted("Aborted before it began.");
        }
    }

    public Task<FoundCommand> FindAsync(CommandHandle handle, CancellationToken stop)
    {
        var alive = new ProcessTree(handle).Look().Count;
        return Task.FromResult(alive > 0
            ? new FoundCommand(FoundState.Running, null, $"{alive} processes of the command are running.")
            : new FoundCommand(FoundState.Gone, null, "Nothing of the command is running; how it ended was not kept."));
    }

    // Once begun it is finished: half of an abort is none.
    public Task<AbortResult> AbortAsync(CommandHandle handle, CancellationToken stop) => TreeEnd.EndAsync(new(handle), clock, CancellationToken.None);

    async Task<CommandResult> FollowAsync(GatedProcess process, CommandSpec command, ICommandWatch watch, CancellationToken abort)
    {
        var tree = new ProcessTree(process.Handle);
        try
        {
            await watch.StartedAsync(process.Handle, abort);
        }
        catch
        {
            await TreeEnd.EndAsync(tree, clock, CancellationToken.None);
            throw;
        }
        var output = new CommandOutput(command, watch);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        await using var timeout = clock.CreateTimer(_ => limit.Cancel(), null, command.Timeout, Timeout.InfiniteTimeSpan);
        var ended = process.WaitForExitAsync(CancellationToken.None);
        var read = Task.WhenAll(output.ReadAsync(OutputStream.Output, process.Output, ended, clock), output.ReadAsync(OutputStream.Errors, process.Errors, ended, clock));
        await process.OpenAsync(CancellationToken.None);
        var result = await EndAsync(process, tree, ended, abort, limit.Token);
        // A tree that does not end keeps its streams open, and its leader may be one of them.
        if (result.End != CommandEnding.Unknown)
            await read;
        return output.Count(result);
    }

    async Task<CommandResult> EndAsync(GatedProcess process, ProcessTree tree, Task ended, CancellationToken abort, CancellationToken limit)
    {
        try
        {
            await ended.WaitAsync(limit);
            return CommandResult.Exited(process.ExitCode) with { LeftRunning = tree.Look().Count };
        }
        catch (OperationCanceledException)
        {
            var end = await TreeEnd.EndAsync(tree, clock, CancellationToken.None);
            var (kind, why) = abort.IsCancellationRequested ? (CommandEnding.Aborted, "Aborted") : (CommandEnding.TimedOut, "Its time was up");
            return new(end.IsGone ? kind : CommandEnding.Unknown, null, $"{why}. {end.Sentence}");
        }
    }
}
