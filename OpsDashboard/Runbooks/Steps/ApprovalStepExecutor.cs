using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

public sealed record ApprovalOptions(Template Question, TimeSpan Within);

/// <summary>
/// Waits in the middle of a run for the yes of another person than who started it; it can be neither skipped nor gone on without.
/// <code>{ name: really, kind: approval, question: "Drop the old table now?", within: 30m }</code>
/// </summary>
public sealed class ApprovalStepExecutor(Func<NoticeSender> notices, TimeProvider clock) : IStepExecutor, IStepKind
{
    public const string Name = "approval", Yes = "yes", No = "no";

    public string Kind => Name;

    public object Read(StepYaml step)
    {
        var within = step.Map.Duration("within") ?? ApprovalRule.Within;
        if (within < TimeSpan.FromMinutes(1) || within > TimeSpan.FromHours(24))
            step.Map.Report("within", "An approval is waited for from 1m to 24h.", "Write for example `within: 30m`.");
        if (step.Map.Choice<OnFailure>("onFailure") == OnFailure.Continue)
            step.Map.Report("onFailure", "What was not approved does not go on.", "Write `onFailure: stop` or `compensate`, or leave it out.");
        return new ApprovalOptions(step.RequiredTemplate("question"), within);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (ApprovalOptions)step.Options;
        return new([options.Question.Fill(inputs), $"within {PrometheusDuration.Format(options.Within)}"], "another person", RiskClass.Read);
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<ApprovalOptions>();
        if (context.Answer is { } said)
        {
            return said.Choice == Yes
                ? new StepOutcome.Done(new Dictionary<string, string> { ["by"] = said.ByName }, $"{said.ByName} approved it.")
                : new StepOutcome.Failed($"{said.ByName} refused it: {said.Evidence}", false, StepEffect.None);
        }
        var deadline = context.StartedAt + options.Within;
        if (clock.GetUtcNow() >= deadline)
            return new StepOutcome.Failed($"Nobody approved it within {PrometheusDuration.Format(options.Within)}.", false, StepEffect.None);
        var question = options.Question.Fill(context.Inputs);
        var key = $"{context.RunId:N}-{context.Step.Name}-{context.StartedAt.ToUnixTimeMilliseconds()}";
        if (!await notices().WasSentAsync(key, stop))
            await notices().SendAsync(new(key, context.SystemId, $"{context.RunName}, {context.RunbookTitle}", $"asks for your approval until {deadline.UtcDateTime:HH:mm} UTC: {question}", Ui.Urls.Run(context.RunId), null) { Severity = "critical", AlertName = "RunbookApproval" }, stop);
        return new StepOutcome.Waiting(WaitKind.Approval, question, deadline);
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);
}
