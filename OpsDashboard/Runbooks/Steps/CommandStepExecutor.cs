using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Sets;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>
/// A command on a node or on a set of nodes: an argument list, never a text for a shell, so that a value is one argument whatever it holds.
/// <code>{ name: restart, kind: command, node: cg-api, argv: [systemctl, restart, "${parameters.unit}"], secrets: { TOKEN: deploy-token }, capture: { pid: "MainPID=(\\d+)" } }</code>
/// Outputs: <c>exit</c> and what is captured; of a set, the exit code of each node by its id.
/// </summary>
public sealed class CommandStepExecutor(CommandNodes nodes, ISecrets secrets, TimeProvider clock) : IStepExecutor, IStepKind
{
    public string Kind => "command";

    public object Read(StepYaml step) => CommandOptions.Read(step);

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (CommandOptions)step.Options;
        return new([.. options.Argv.Select(argument => argument.Fill(inputs))], nodes.Describe(options.NodeId), step.Risk) { Problem = nodes.Problem(options.NodeId) };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<CommandOptions>();
        if (nodes.Problem(options.NodeId) is { } problem)
            return new StepOutcome.Failed(problem, false, StepEffect.None);
        // A parameter is refused before the start; what an earlier step said is known only now.
        if (options.Argv.FirstOrDefault(argument => argument.BeginsWithOutput && argument.Fill(context.Inputs).StartsWith('-')) is { } odd)
            return new StepOutcome.Failed($"`{odd.Source}` begins with a hyphen here and would be read as an option.", false, StepEffect.None);
        try
        {
            var command = Command(options, context);
            var commands = new StepCommands(context, nodes);
            if (await commands.EndEarlierAsync(stop) is { } left)
                return new StepOutcome.Failed($"An earlier attempt may still be running. {left}", false, Unsure(context));
            return nodes.FindSet(options.NodeId) is { } set ? await OnSetAsync(context, set, command, commands, stop) : await OnNodeAsync(context, command, commands, stop);
        }
        catch (SecretMissingException missing)
        {
            return new StepOutcome.Failed(missing.Message, false, StepEffect.None);
        }
    }

    /// <summary>Found ended by the node that remembers it; else the step's own check knows better.</summary>
    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop)
    {
        if (context.Step.Risk == RiskClass.Read)
            return StepEffect.None;
        var good = context.Options<CommandOptions>().ExitCodes;
        var found = await new StepCommands(context, nodes).FindAsync(stop);
        // Of a set nobody knows whether all its nodes were begun.
        return nodes.FindSet(context.Options<CommandOptions>().NodeId) is null && found is [{ State: FoundState.Ended, ExitCode: { } code }] && good.Contains(code) ? StepEffect.Applied : StepEffect.Unknown;
    }

    public Task<string?> EndAsync(StepContext context, CancellationToken stop) => new StepCommands(context, nodes).EndEarlierAsync(stop);

    CommandSpec Command(CommandOptions options, StepContext context) => new([.. options.Argv.Select(argument => argument.Fill(context.Inputs))])
    {
        Environment = options.Environment.ToDictionary(pair => pair.Key, pair => pair.Value.Fill(context.Inputs)),
        Secrets = options.Secrets.ToDictionary(pair => pair.Key, pair => secrets.Find(pair.Value)),
        Folder = options.Folder?.Fill(context.Inputs),
        // The step's own time-out comes first and says it.
        Timeout = context.Step.Timeout + TimeSpan.FromMinutes(1),
    };

    static async Task<StepOutcome> OnNodeAsync(StepContext context, CommandSpec command, StepCommands commands, CancellationToken stop)
    {
        var (result, output) = await commands.RunAsync(context.Options<CommandOptions>().NodeId, command, "", stop);
        ThrowIfStopped(result, stop);
        return IsGood(context, result)
            ? new StepOutcome.Done(new Dictionary<string, string>(output.Found) { ["exit"] = Code(result) }, result.Sentence)
            : result.End switch
            {
                CommandEnding.Exited => new StepOutcome.Failed($"{result.Sentence}{(output.LastError is { } said ? $" It said: {said}" : "")}", true, Unsure(context)),
                CommandEnding.NotStarted => new StepOutcome.Failed(result.Sentence, true, StepEffect.None),
                _ => new StepOutcome.Failed(result.Sentence, result.End == CommandEnding.TimedOut, Unsure(context)),
            };
    }

    async Task<StepOutcome> OnSetAsync(StepContext context, NodeSet set, CommandSpec command, StepCommands commands, CancellationToken stop)
    {
        var outputs = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var work = new NodeSetWork(set, nodes.HealthOf(set), async (id, ends) =>
        {
            var (result, output) = await commands.RunAsync(id, command, id, ends);
            foreach (var (name, value) in output.Found)
                outputs.TryAdd(name, value);
            context.Output.Write($"{id} | {result.Sentence}", isError: !IsGood(context, result));
            return result;
        }, result => IsGood(context, result), clock);
        var why = await work.RunAsync(text => context.Output.Write(text), stop);
        var done = work.Outcomes.Where(outcome => outcome.Result is not null).ToDictionary(outcome => outcome.NodeId, outcome => outcome.Result!);
        foreach (var result in done.Values)
            ThrowIfStopped(result, stop);
        foreach (var (id, result) in done)
            outputs[id] = Code(result);
        var failed = done.Where(pair => !IsGood(context, pair.Value)).Select(pair => pair.Key).ToArray();
        if (why is not null)
            return new StepOutcome.Failed($"{why} {done.Count - failed.Length} of {set.NodeIds.Count} nodes are done.", false, done.Values.All(result => result.End == CommandEnding.NotStarted) ? StepEffect.None : Unsure(context));
        outputs["exit"] = done.Values.Max(result => result.ExitCode ?? 0).ToString(CultureInfo.InvariantCulture);
        return new StepOutcome.Done(new Dictionary<string, string>(outputs),
            failed.Length == 0 ? $"All {set.NodeIds.Count} nodes are done." : $"{done.Count - failed.Length} of {set.NodeIds.Count} nodes are done; {string.Join(", ", failed)} failed, which the set allows.");
    }

    static void ThrowIfStopped(CommandResult result, CancellationToken stop)
    {
        if (result.End == CommandEnding.Aborted || (result.End == CommandEnding.NotStarted && stop.IsCancellationRequested))
            throw new OperationCanceledException(result.Sentence, stop);
    }

    static bool IsGood(StepContext context, CommandResult result) => result is { End: CommandEnding.Exited, ExitCode: { } code } && context.Options<CommandOptions>().ExitCodes.Contains(code);

    static StepEffect Unsure(StepContext context) => context.Step.Risk == RiskClass.Read ? StepEffect.None : StepEffect.Unknown;

    static string Code(CommandResult result) => result.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "";
}
