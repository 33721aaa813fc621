using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Running;

/// <summary>Finds out whether a step of unknown outcome happened, and ends what it may have left. Thread-safe.</summary>
public sealed class StepChecks(StepExecutors executors, TimeProvider clock)
{
    /// <summary>Changes nothing.</summary>
    /// <param name="spec">The step in question; its own check is asked where it has one.</param>
    public async Task<StepEffect> AskAsync(Run run, StepSpec spec, CancellationToken stop)
    {
        var asked = spec.Check ?? spec;
        using var late = new CancellationTokenSource(asked.Timeout, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var context = Context(run, asked, run.Steps.FirstOrDefault(step => step.Name == spec.Name));
        try
        {
            if (spec.Check is null)
                return await executors.Of(spec).CheckAsync(context, ending.Token);
            return await executors.Of(asked).ExecuteAsync(context, ending.Token) switch
            {
                StepOutcome.Done => StepEffect.Applied,
                StepOutcome.Failed { Effect: StepEffect.None } => StepEffect.None,
                _ => StepEffect.Unknown,
            };
        }
        catch (Exception unknown) when (!stop.IsCancellationRequested && unknown is OperationCanceledException or Expressions.MissingInputException or IOException or HttpRequestException)
        {
            return StepEffect.Unknown;
        }
    }

    /// <summary>Ends what an earlier process may have left going on of the run's steps.</summary>
    /// <param name="specs">The run's steps.</param>
    /// <returns>What may be left, in a sentence; null: verifiably nothing.</returns>
    public async Task<string?> EndAsync(Run run, IReadOnlyList<StepSpec> specs, CancellationToken stop)
    {
        var left = new List<string>();
        for (var i = 0; i < run.Steps.Count; i++)
        {
            if (run.Steps[i].State is StepState.Running or StepState.Unknown)
                left.AddRange(await LeftAsync(run, specs[i], run.Steps[i], stop));
            if (run.Steps[i].Undo is { State: StepState.Running } undo)
                left.AddRange(await LeftAsync(run, specs[i].Undo!, undo, stop));
        }
        return left.Count == 0 ? null : string.Join(" ", left);
    }

    async Task<IEnumerable<string>> LeftAsync(Run run, StepSpec spec, StepRun step, CancellationToken stop) =>
        await executors.Of(spec).EndAsync(Context(run, spec, step), stop) is { } left ? [left] : [];

    StepContext Context(Run run, StepSpec spec, StepRun? step) => new()
    {
        RunId = run.Id,
        RunName = run.Name,
        RunbookTitle = run.Title,
        SystemId = run.SystemId,
        Step = spec,
        Inputs = run.Inputs,
        Output = Nowhere.Instance,
        StartedAt = clock.Now(),
        Handle = step?.Handle,
        Inner = step?.Inner ?? [],
    };

    /// <summary>A check's lines are not the run's.</summary>
    sealed class Nowhere : IStepOutput
    {
        public static readonly Nowhere Instance = new();

        public void Write(string line, bool isError = false) { }
    }
}
