using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>What a page says.</summary>
static class PageText
{
    /// <param name="alerts">What fires, where the matter is alerts; empty for other matters.</param>
    public static Message Of(PagingCall call, Person person, IReadOnlyList<Alert> alerts, TimeProvider clock)
    {
        var labels = new Dictionary<string, string> { ["system"] = call.SystemId, ["severity"] = call.Severity };
        var group = WithdrawnPages.GroupOf(call.Id, person.Id);
        if (alerts.Count > 0)
            return Message.Of(person.ReceiverName, group, NotificationReason.Page, labels, alerts);
        var what = new MessageAlert(clock.NewId(), call.Kind, call.Severity, true, call.Sentence, labels, new Dictionary<string, string> { ["summary"] = call.Sentence }, call.StartedAt, null, call.Address, new('0', 16), null);
        return new(person.ReceiverName, group, NotificationReason.Page, labels, [what], 1, 0, 0, []) { Url = call.Address };
    }
}
