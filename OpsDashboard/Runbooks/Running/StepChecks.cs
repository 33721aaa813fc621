using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Running;

/// <summary>Finds out whether a step of unknown outcome happened. Changes nothing. Thread-safe.</summary>
public sealed class StepChecks(StepExecutors executors, TimeProvider clock)
{
    /// <param name="spec">The step in question; its own check is asked where it has one.</param>
    public async Task<StepEffect> AskAsync(Run run, StepSpec spec, CancellationToken stop)
    {
        var asked = spec.Check ?? spec;
        using var late = new CancellationTokenSource(asked.Timeout, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var context = new StepContext
        {
            RunId = run.Id,
            RunName = run.Name,
            RunbookTitle = run.Title,
            SystemId = run.SystemId,
            Step = asked,
            Inputs = run.Inputs,
            Output = Nowhere.Instance,
            StartedAt = clock.Now(),
            Handle = run.Steps.FirstOrDefault(step => step.Name == spec.Name)?.Handle,
        };
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

    /// <summary>A check's lines are not the run's.</summary>
    sealed class Nowhere : IStepOutput
    {
        public static readonly Nowhere Instance = new();

        public void Write(string line, bool isError = false) { }
    }
}
