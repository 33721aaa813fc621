using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Streams;
using OpsDashboard.Simulator.Commands;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>The nodes of the environment simulator, carried out in this process instead of over HTTP.</summary>
sealed class FleetNodeKind(ScrapedSystem scraped) : ICommandNodeKind
{
    public string Kind => "simulator";

    public object ReadOptions(YamlMap node) => new SimulatorNodeOptions(node.Required("system"));

    public string Describe(Node node) => node.Id;

    public ICommandNode Open(Node node) => new FleetNode(scraped);
}

sealed class FleetNode(ScrapedSystem scraped) : ICommandNode
{
    public async Task<CommandResult> RunAsync(CommandSpec command, ICommandWatch watch, CancellationToken abort)
    {
        if (command.Problem() is { } problem)
            return CommandResult.NotStarted(problem);
        await watch.StartedAsync(new(CommandHandle.NewMarker(), "0", 2, 0), abort);
        try
        {
            return CommandResult.Exited(await CommandTable.RunAsync(new(scraped.Fleet, scraped.System, command.Arguments, command.Environment, scraped.Clock, (line, isError) =>
            {
                watch.Write(new(isError ? OutputStream.Errors : OutputStream.Output, line));
                return Task.CompletedTask;
            }, abort)));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new(CommandEnding.Aborted, null, "Aborted.");
        }
    }

    public Task<FoundCommand> FindAsync(CommandHandle handle, CancellationToken stop) => throw new NotSupportedException();

    public Task<AbortResult> AbortAsync(CommandHandle handle, CancellationToken stop) => Task.FromResult(new AbortResult(true, ""));
}
