using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="ExitCodes">Those that mean well.</param>
/// <param name="Capture">Outputs: the first group of the first line that matches.</param>
public sealed record CommandOptions(string NodeId, IReadOnlyList<Template> Argv, IReadOnlyDictionary<string, Template> Environment, IReadOnlyList<int> ExitCodes, IReadOnlyDictionary<string, Regex> Capture);

/// <summary>
/// A command on a node: an argument list, never a text for a shell, so that a value is one argument whatever it holds.
/// <code>{ name: restart, kind: command, node: cg-api, argv: [systemctl, restart, "${parameters.unit}"], capture: { pid: "MainPID=(\\d+)" } }</code>
/// Outputs: <c>exit</c> and what is captured.
/// </summary>
public sealed class CommandStepExecutor(Nodes.Nodes nodes) : IStepExecutor, IStepKind
{
    static readonly HashSet<string> Shells = ["sh", "bash", "dash", "zsh", "ksh", "fish", "cmd", "powershell", "pwsh"];
    static readonly TimeSpan MatchLimit = TimeSpan.FromMilliseconds(50);

    public string Kind => "command";

    public object Read(StepYaml step)
    {
        var argv = step.Templates("argv");
        if (argv.Count == 0)
            step.Map.Report("argv", "`argv` is missing.", "Write the program and its arguments as a list: `argv: [systemctl, restart, api]`.");
        else if (argv[0].References.Any() || argv[0].Source.Length == 0)
            step.Map.Report("argv", "The program itself is no value to fill in.", "Write its name; values may only be arguments.");
        else if (Shells.Contains(argv[0].Source.Split('/')[^1]) && argv.Any(argument => argument.References.Any()))
            step.Map.Report("argv", $"A value in a text for {argv[0].Source} would be run as code.", "Call the program directly, with the value as an argument of its own.");
        var codes = step.Map.Texts("exitCodes").Select(text => int.TryParse(text, out var code) ? code : -1).ToArray();
        if (codes.Any(code => code is < 0 or > 255))
            step.Map.Report("exitCodes", "An exit code is a number from 0 to 255.", "Write for example `exitCodes: [0, 3]`.");
        return new CommandOptions(step.Map.Required("node"), argv, step.TemplateMap("env"), codes.Length > 0 ? codes : [0], ReadCapture(step));
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (CommandOptions)step.Options;
        var found = nodes.Find(options.NodeId);
        return new([.. options.Argv.Select(argument => argument.Fill(inputs))], found is { } there ? there.Runner.Describe(there.Node) : options.NodeId, step.Risk)
        {
            Problem = found is null ? $"The environment {nodes.Environment} defines no node {options.NodeId}." : null,
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<CommandOptions>();
        if (nodes.Find(options.NodeId) is not { } there)
            return new StepOutcome.Failed($"The environment {nodes.Environment} defines no node {options.NodeId}.", false, StepEffect.None);
        var command = new Nodes.NodeCommand([.. options.Argv.Select(argument => argument.Fill(context.Inputs))], options.Environment.ToDictionary(pair => pair.Key, pair => pair.Value.Fill(context.Inputs)));
        var capture = new Captured(options.Capture, context.Output);
        var end = await there.Runner.RunAsync(there.Node, command, capture, stop);
        var isRead = context.Step.Risk == RiskClass.Read;
        if (end.ExitCode is not { } code)
            return new StepOutcome.Failed(end.Problem ?? "Nobody saw how it ended.", true, end.HasBegun && !isRead ? StepEffect.Unknown : StepEffect.None);
        if (!options.ExitCodes.Contains(code))
            return new StepOutcome.Failed($"It ended with {code}{(capture.LastError is { } said ? $": {said}" : ".")}", true, isRead ? StepEffect.None : StepEffect.Unknown);
        return new StepOutcome.Done(capture.Outputs(code), $"It ended with {code}.");
    }

    /// <summary>A process that is over leaves no trace here; the step's own check knows better.</summary>
    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(context.Step.Risk == RiskClass.Read ? StepEffect.None : StepEffect.Unknown);

    static Dictionary<string, Regex> ReadCapture(StepYaml step)
    {
        var captures = new Dictionary<string, Regex>();
        foreach (var (name, text) in step.Map.TextMap("capture"))
        {
            try
            {
                captures[name] = new(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchLimit);
            }
            catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
            {
                step.Map.Report("capture", $"`{text}` is no pattern: {wrong.Message}", "Write a regular expression with one group.");
            }
        }
        return captures;
    }

    /// <summary>Passes lines on and takes the outputs out of them.</summary>
    sealed class Captured(IReadOnlyDictionary<string, Regex> patterns, IStepOutput inner) : IStepOutput
    {
        readonly ConcurrentDictionary<string, string> found = new();

        public string? LastError { get; private set; }

        public void Write(string line, bool isError = false)
        {
            inner.Write(line, isError);
            if (isError && line.Trim().Length > 0)
                LastError = Output.OutputText.Clean(line);
            foreach (var (name, pattern) in patterns)
            {
                if (!found.ContainsKey(name) && pattern.Match(line) is { Success: true } match)
                    found[name] = Output.OutputText.Clean(match.Groups[match.Groups.Count > 1 ? 1 : 0].Value);
            }
        }

        public IReadOnlyDictionary<string, string> Outputs(int exit) => new Dictionary<string, string>(found) { ["exit"] = $"{exit}" };
    }
}
