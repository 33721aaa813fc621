using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>Follows one command for its step: keeps its handle, passes its lines on, and takes outputs out of them. Thread-safe.</summary>
/// <param name="keep">Stores the handle.</param>
/// <param name="patterns">By the output's name: the first group of the first line that matches.</param>
/// <param name="source">Which node wrote the lines; empty where there is one only.</param>
sealed class CapturedOutput(StepContext context, Func<CommandHandle, CancellationToken, Task> keep, IReadOnlyDictionary<string, Regex> patterns, string source = "") : ICommandWatch
{
    readonly ConcurrentDictionary<string, string> found = new();

    /// <summary>What it last said on its error stream.</summary>
    public string? LastError { get; private set; }

    public IReadOnlyDictionary<string, string> Found => found;

    public Task StartedAsync(CommandHandle handle, CancellationToken stop) => keep(handle, stop);

    public void Write(WrittenLine line)
    {
        var isError = line.Stream == OutputStream.Errors;
        context.Output.Write($"{(source.Length > 0 ? $"{source} | " : "")}{line.Text}{(line.IsCut ? "… (line cut)" : "")}", isError);
        if (isError && line.Text.Trim().Length > 0)
            LastError = Output.OutputText.Clean(line.Text);
        foreach (var (name, pattern) in patterns)
        {
            if (!found.ContainsKey(name) && pattern.Match(line.Text) is { Success: true } match)
                found[name] = Output.OutputText.Clean(match.Groups[match.Groups.Count > 1 ? 1 : 0].Value);
        }
    }
}
