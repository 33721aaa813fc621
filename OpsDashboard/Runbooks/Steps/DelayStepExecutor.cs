using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

public sealed record DelayOptions(TimeSpan For);

/// <summary>Waits. <code>{ name: settle, kind: delay, for: 30s }</code></summary>
public sealed class DelayStepExecutor(TimeProvider clock) : IStepExecutor, IStepKind
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public string Kind => "delay";

    public object Read(StepYaml step)
    {
        var length = step.Map.Required("for").Length > 0 ? step.Map.Duration("for") ?? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1);
        if (length <= TimeSpan.Zero || length > Longest)
            step.Map.Report("for", "A delay is more than nothing and at most 1d.", "Write for example `for: 30s`.");
        return new DelayOptions(length);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs) => new([$"wait {PrometheusDuration.Format(((DelayOptions)step.Options).For)}"], "", RiskClass.Read);

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var until = context.StartedAt + context.Options<DelayOptions>().For;
        return Task.FromResult<StepOutcome>(clock.GetUtcNow() >= until
            ? new StepOutcome.Done(StepOutcome.NoOutputs)
            : new StepOutcome.Waiting(WaitKind.Time, $"Waits {PrometheusDuration.Format(context.Options<DelayOptions>().For)}.", until));
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);
}
