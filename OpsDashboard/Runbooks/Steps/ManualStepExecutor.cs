using OpsDashboard.Access;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="NeedsEvidence">What was seen has to be written down.</param>
public sealed record ManualOptions(Template Instruction, bool NeedsEvidence) : IAnswered
{
    public FieldProblem? Reject(string? choice, string evidence) =>
        choice is { Length: > 0 } ? new("choice", "is not asked for: this step is only ticked.") : NeedsEvidence && evidence.Length == 0 ? new("evidence", "is missing: write down what you saw.") : null;
}

/// <summary>
/// Something that a person does and then ticks.
/// <code>{ name: look, kind: manual, instruction: Look whether the page animates., evidence: true }</code>
/// Outputs: <c>evidence</c>, <c>by</c>.
/// </summary>
public sealed class ManualStepExecutor : IStepExecutor, IStepKind
{
    public string Kind => "manual";

    public object Read(StepYaml step) => new ManualOptions(step.RequiredTemplate("instruction"), step.Map.Flag("evidence") ?? false);

    public StepPlan Plan(StepSpec step, StepInputs inputs) => new([((ManualOptions)step.Options).Instruction.Fill(inputs)], "", RiskClass.Read);

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop) => Task.FromResult<StepOutcome>(context.Answer is { } answer
        ? new StepOutcome.Done(new Dictionary<string, string> { ["evidence"] = answer.Evidence ?? "", ["by"] = answer.ByName }, $"{answer.ByName} did it{(answer.Evidence is { } seen ? $": {seen}" : "")}.")
        : new StepOutcome.Waiting(WaitKind.Input, context.Options<ManualOptions>().Instruction.Fill(context.Inputs)));

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);
}
