using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Approvals;

/// <summary>
/// Tells those who may approve a run that it waits for them, or that it was started without them, by the receivers of the system's critical alerts
/// (as RunbookApproval and RunbookBreakGlass). Told once, also after a crash in between. Thread-safe.
/// </summary>
public sealed class ApproverCall(Func<NoticeSender> notices)
{
    /// <returns>The receivers to which it is on its way; empty where nobody is told of the system's alerts.</returns>
    public Task<IReadOnlyList<string>> AskAsync(Run run, CancellationToken stop) =>
        TellAsync(run, "approval", "RunbookApproval", $"{run.StartedByName} asks for your approval until {run.Approval!.Deadline.UtcDateTime:HH:mm} UTC: it {Facts(run, run.Approval.Hit)}", stop);

    /// <summary>Also the security contact, to whom routing leads by the name RunbookBreakGlassSecurity.</summary>
    /// <returns>The receivers to which it is on its way.</returns>
    public async Task<IReadOnlyList<string>> AnnounceAsync(Run run, CancellationToken stop)
    {
        var text = $"{run.StartedByName} broke the glass and started it without approval, because: {run.BreakGlass!.Reason.TrimEnd('.')}. It {Facts(run, null)} Its review is due {run.BreakGlass.ReviewDueAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.";
        var approvers = await TellAsync(run, "glass", "RunbookBreakGlass", text, stop);
        return [.. approvers.Union(await TellAsync(run, "glass-security", "RunbookBreakGlassSecurity", text, stop))];
    }

    async Task<IReadOnlyList<string>> TellAsync(Run run, string what, string alertName, string text, CancellationToken stop)
    {
        var key = $"{run.Id:N}-{what}";
        return await notices().SentToAsync(key, stop) is { Count: > 0 } told ? told
            : await notices().SendAsync(new(key, run.SystemId, $"{run.Name}, {run.Title}", text, Urls.Run(run.Id), null) { Severity = "critical", AlertName = alertName, ComponentId = run.ComponentId }, stop);
    }

    static string Does(RiskClass risk) => risk switch
    {
        RiskClass.Read => "changes nothing",
        RiskClass.Reversible => "can be undone",
        RiskClass.DataChanging => "changes data",
        _ => "cannot be undone",
    };

    static string Facts(Run run, string? hit)
    {
        var values = run.Plan.Parameters.Count == 0 ? "" : $" With {string.Join(", ", run.Plan.Parameters.Select(pair => $"{pair.Key} {pair.Value}"))}.";
        return $"{Does(run.Plan.Risk)}, {run.Plan.Environment}.{values}{(hit is null ? "" : $" Hits {hit}.")} Plan {run.Plan.ShortHash}.";
    }
}
