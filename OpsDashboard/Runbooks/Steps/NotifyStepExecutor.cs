using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="Receiver">Null: whoever is told of the system's informative alerts.</param>
public sealed record NotifyOptions(Template Message, string? Receiver);

/// <summary>
/// Tells people something, by the receivers of alerts.
/// <code>{ name: tell, kind: notify, message: "The API of ${parameters.unit} was restarted.", receiver: cg-team }</code>
/// </summary>
public sealed class NotifyStepExecutor(Func<NoticeSender> notices) : IStepExecutor, IStepKind
{
    public string Kind => "notify";

    public object Read(StepYaml step) => new NotifyOptions(step.RequiredTemplate("message"), step.Map.Text("receiver"));

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (NotifyOptions)step.Options;
        return new([options.Message.Fill(inputs)], options.Receiver ?? "receivers of the system's alerts", RiskClass.Reversible);
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<NotifyOptions>();
        var told = await notices().SendAsync(new($"{context.RunId:N}-{context.Step.Name}", context.SystemId, $"{context.RunName}, {context.RunbookTitle}", options.Message.Fill(context.Inputs), Ui.Urls.Run(context.RunId), options.Receiver), stop);
        return told.Count > 0
            ? new StepOutcome.Done(new Dictionary<string, string> { ["receivers"] = string.Join(", ", told) }, $"On its way to {string.Join(", ", told)}.")
            : new StepOutcome.Failed(options.Receiver is null ? "Nobody is told of this system's alerts." : $"There is no receiver {options.Receiver}, or it has no way to be told.", false, StepEffect.None);
    }

    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) =>
        await notices().WasSentAsync($"{context.RunId:N}-{context.Step.Name}", stop) ? StepEffect.Applied : StepEffect.None;
}
