using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>What becomes of the others when one fails.</summary>
public enum FirstFailure
{
    /// <summary>They go on to their own end.</summary>
    Wait,

    /// <summary>They are stopped with what they began.</summary>
    Stop,
}

public sealed record ParallelStepOptions(IReadOnlyList<StepSpec> Steps, FirstFailure FirstFailure);

/// <summary>
/// Steps that run side by side, each with an output and a result of its own: later steps refer to them by their own names. The group is done when all are.
/// What is done is not done again when the group is repeated or resumed.
/// <code>
/// { name: both, kind: parallel, firstFailure: stop, steps: [
///   { name: api-1, kind: command, node: api-1, argv: [systemctl, restart, api] },
///   { name: api-2, kind: command, node: api-2, argv: [systemctl, restart, api], onFailure: continue } ] }
/// </code>
/// Outputs: <c>done</c>, <c>failed</c>.
/// </summary>
public sealed class ParallelStepExecutor(Func<StepExecutors> executors, TimeProvider clock) : IStepExecutor, IStepKind
{
    public const string Name = "parallel";

    const int MostSteps = 20;

    public string Kind => Name;

    public object Read(StepYaml step)
    {
        var steps = step.InnerSteps();
        if (steps.Count is < 2 or > MostSteps)
            step.Map.Report("steps", $"{steps.Count} steps make no group.", $"Give from 2 to {MostSteps}: `steps: [{{ name: …, kind: … }}, …]`.");
        return new ParallelStepOptions(steps, step.Map.Choice<FirstFailure>("firstFailure") ?? FirstFailure.Wait);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (ParallelStepOptions)step.Options;
        var inner = options.Steps.Select(one => new PlannedStep(one.Name, one.Title, one.Kind, executors().Of(one).Plan(one, inputs), one.When?.Source, null)).ToArray();
        return new([$"{inner.Length} steps side by side", options.FirstFailure == FirstFailure.Stop ? "the first failure stops the others" : "a failure lets the others end"], "",
            inner.Length == 0 ? RiskClass.Read : inner.Max(one => one.Plan.Risk))
        {
            Inner = inner,
            Locks = [.. inner.SelectMany(one => one.Plan.Locks).Distinct()],
            Problem = inner.Where(one => one.Plan.Problem is not null).Select(one => $"{one.Title}: {one.Plan.Problem}").FirstOrDefault(),
        };
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop) => new ParallelWork(context, executors(), clock).RunAsync(stop);

    /// <summary>One answer for all whose outcome is unknown; where they differ, a person has to look.</summary>
    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop)
    {
        var effects = new HashSet<StepEffect>();
        foreach (var (spec, run) in Unseen(context))
        {
            var asked = spec.Check ?? spec;
            var own = ParallelWork.ContextOf(context, asked, run);
            effects.Add(spec.Check is null ? await executors().Of(spec).CheckAsync(own, stop)
                : await executors().Of(asked).ExecuteAsync(own, stop) switch { StepOutcome.Done => StepEffect.Applied, StepOutcome.Failed { Effect: StepEffect.None } => StepEffect.None, _ => StepEffect.Unknown });
        }
        var isComplete = context.Options<ParallelStepOptions>().Steps.All(spec => context.Inner.Any(run => run.Name == spec.Name));
        return effects switch
        {
            { Count: 0 } => isComplete ? StepEffect.Unknown : StepEffect.None,
            { Count: 1 } when effects.Contains(StepEffect.None) => StepEffect.None,
            { Count: 1 } when effects.Contains(StepEffect.Applied) && isComplete && context.Inner.All(run => run.State is not StepState.Failed) => StepEffect.Applied,
            _ => StepEffect.Unknown,
        };
    }

    public async Task<string?> EndAsync(StepContext context, CancellationToken stop)
    {
        var left = new List<string>();
        foreach (var (spec, run) in Unseen(context))
        {
            if (await executors().Of(spec).EndAsync(ParallelWork.ContextOf(context, spec, run), stop) is { } some)
                left.Add($"{spec.Title}: {some}");
        }
        return left.Count == 0 ? null : string.Join(" ", left);
    }

    static IEnumerable<(StepSpec Spec, StepRun Run)> Unseen(StepContext context) =>
        from spec in context.Options<ParallelStepOptions>().Steps
        let run = context.Inner.FirstOrDefault(one => one.Name == spec.Name)
        where run is { State: StepState.Running or StepState.Unknown }
        select (spec, run);
}
