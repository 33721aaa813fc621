using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Nodes;
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
public sealed class CommandStepExecutor(CommandNodes nodes) : IStepExecutor, IStepKind
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
        var environment = step.TemplateMap("env");
        foreach (var refusal in environment.Keys.Select(CommandSpec.RejectVariable).OfType<string>())
            step.Map.Report("env", refusal, "Name another one.");
        return new CommandOptions(step.Map.Required("node"), argv, environment, codes.Length > 0 ? codes : [0], ReadCapture(step));
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (CommandOptions)step.Options;
        var place = nodes.Describe(options.NodeId);
        return new([.. options.Argv.Select(argument => argument.Fill(inputs))], place ?? options.NodeId, step.Risk) { Problem = place is null ? Missing(options.NodeId) : null };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<CommandOptions>();
        if (nodes.Open(options.NodeId) is not { } node)
            return new StepOutcome.Failed(Missing(options.NodeId), false, StepEffect.None);
        var command = new CommandSpec([.. options.Argv.Select(argument => argument.Fill(context.Inputs))])
        {
            Environment = options.Environment.ToDictionary(pair => pair.Key, pair => pair.Value.Fill(context.Inputs)),
            // The step's own time-out comes first and says it.
            Timeout = context.Step.Timeout + TimeSpan.FromMinutes(1),
        };
        var output = new CapturedOutput(context, options.Capture);
        var result = await node.RunAsync(command, output, stop);
        if (result.DroppedLines > 0)
            context.Output.Write($"{result.DroppedLines} lines were left out: more was printed than is kept.", isError: true);
        return Judge(context, options, result, output, stop);
    }

    /// <summary>Found ended by the node that remembers it; else the step's own check knows better.</summary>
    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<CommandOptions>();
        if (context.Step.Risk == RiskClass.Read)
            return StepEffect.None;
        if (context.Handle is null || CommandHandle.TryParse(context.Handle) is not { } handle || nodes.Open(options.NodeId) is not { } node)
            return StepEffect.Unknown;
        return await node.FindAsync(handle, stop) is { State: FoundState.Ended, ExitCode: { } code } && options.ExitCodes.Contains(code) ? StepEffect.Applied : StepEffect.Unknown;
    }

    static StepOutcome Judge(StepContext context, CommandOptions options, CommandResult result, CapturedOutput output, CancellationToken stop)
    {
        var effect = context.Step.Risk == RiskClass.Read ? StepEffect.None : StepEffect.Unknown;
        switch (result)
        {
            case { End: CommandEnding.Exited, ExitCode: { } code } when options.ExitCodes.Contains(code):
                return new StepOutcome.Done(output.Outputs(code), result.Sentence);
            case { End: CommandEnding.Exited }:
                return new StepOutcome.Failed($"{result.Sentence}{(output.LastError is { } said ? $" It said: {said}" : "")}", true, effect);
            case { End: CommandEnding.NotStarted } when !stop.IsCancellationRequested:
                return new StepOutcome.Failed(result.Sentence, true, StepEffect.None);
            case { End: CommandEnding.NotStarted or CommandEnding.Aborted }:
                throw new OperationCanceledException(result.Sentence, stop);
            default:
                return new StepOutcome.Failed(result.Sentence, result.End == CommandEnding.TimedOut, effect);
        }
    }

    string Missing(string node) => $"The environment {nodes.Environment} defines no node {node}.";

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
}
