using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>Follows one command for its step: keeps its handle, passes its lines on, and takes outputs out of them. Thread-safe.</summary>
/// <param name="patterns">By the output's name: the first group of the first line that matches.</param>
sealed class CapturedOutput(StepContext context, IReadOnlyDictionary<string, Regex> patterns) : ICommandWatch
{
    readonly ConcurrentDictionary<string, string> found = new();

    /// <summary>What it last said on its error stream.</summary>
    public string? LastError { get; private set; }

    public Task StartedAsync(CommandHandle handle, CancellationToken stop) => context.KeepAsync(handle.ToString(), stop);

    public void Write(WrittenLine line)
    {
        context.Output.Write(line.Text, line.Stream == OutputStream.Errors);
        if (line.Stream == OutputStream.Errors && line.Text.Trim().Length > 0)
            LastError = Output.OutputText.Clean(line.Text);
        foreach (var (name, pattern) in patterns)
        {
            if (!found.ContainsKey(name) && pattern.Match(line.Text) is { Success: true } match)
                found[name] = Output.OutputText.Clean(match.Groups[match.Groups.Count > 1 ? 1 : 0].Value);
        }
    }

    public IReadOnlyDictionary<string, string> Outputs(int exit) => new Dictionary<string, string>(found) { ["exit"] = $"{exit}" };
}
