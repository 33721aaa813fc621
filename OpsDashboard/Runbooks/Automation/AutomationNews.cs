using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Metrics;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>Tells people what automation did. Thread-safe.</summary>
interface IAutomationNews
{
    void Acted(Alert alert, Runbook runbook);

    /// <summary>Says once for each alert that a person is needed.</summary>
    Task HandedOverAsync(Alert alert, AutomationPolicy policy, CancellationToken stop);
}

/// <summary>An action becomes a sample, on which the alert AutomationActed fires until it is too old to count; the end of the means becomes a notification.</summary>
sealed class AutomationNews(NoticeSender notices, ISampleAppender samples, TimeProvider clock) : IAutomationNews
{
    public void Acted(Alert alert, Runbook runbook) =>
        samples.Append([new(samples.Resolve(Labels.From(Said(alert, runbook))), clock.GetUtcNow().ToUnixTimeMilliseconds(), 1)]);

    public async Task HandedOverAsync(Alert alert, AutomationPolicy policy, CancellationToken stop)
    {
        var notice = new Alerts.Notifications.Notice($"automation/{alert.Id:N}", policy.SystemId, "Automation", $"“{alert.Summary}” fires still after {string.Join(", ", policy.Runbooks)}. A person is needed.", Urls.Alert(alert.Id), null);
        if (!await notices.WasSentAsync(notice.Key, stop))
            await notices.SendAsync(notice, stop);
    }

    static IEnumerable<Label> Said(Alert alert, Runbook runbook)
    {
        yield return new(Labels.NameLabel, BuiltInRules.AutomationAction);
        yield return new("system", runbook.SystemId);
        if (alert.ComponentId is { } component)
            yield return new("component", component);
        yield return new("alert", alert.Name);
        yield return new("runbook", runbook.Name);
    }
}
