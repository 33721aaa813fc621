using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Streams;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Runbooks.Nodes;

/// <summary>Follows a command: keeps its lines, and its handle as a store would.</summary>
sealed class NotedCommand : ICommandWatch
{
    readonly List<WrittenLine> lines = [];
    readonly TaskCompletionSource<CommandHandle> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<(Func<WrittenLine, bool> Awaited, TaskCompletionSource Seen)> waiting = [];

    /// <summary>Runs before the command's own program does.</summary>
    public Func<CommandHandle, Task> Storing { get; init; } = _ => Task.CompletedTask;

    public Task<CommandHandle> Handle => started.Task.WaitAsync(Patience.Limit);

    public WrittenLine[] Lines
    {
        get
        {
            lock (lines)
                return [.. lines];
        }
    }

    public string[] Output => [.. Lines.Where(line => line.Stream == OutputStream.Output).Select(line => line.Text)];

    public string[] Errors => [.. Lines.Where(line => line.Stream == OutputStream.Errors).Select(line => line.Text)];

    public async Task StartedAsync(CommandHandle handle, CancellationToken stop)
    {
        await Storing(handle);
        started.TrySetResult(handle);
    }

    public void Write(WrittenLine line)
    {
        lock (lines)
        {
            lines.Add(line);
            foreach (var (_, seen) in waiting.Where(one => one.Awaited(line)))
                seen.TrySetResult();
        }
    }

    /// <summary>Waits until the command has written this line.</summary>
    public Task SeesAsync(string text)
    {
        lock (lines)
        {
            if (lines.Any(line => line.Text == text))
                return Task.CompletedTask;
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((line => line.Text == text, seen));
            return seen.Task.WaitAsync(Patience.Limit);
        }
    }
}
