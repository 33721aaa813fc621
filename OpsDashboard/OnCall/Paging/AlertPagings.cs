using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Live;

namespace OpsDashboard.OnCall.Paging;

/// <summary>Tells the alert's page how its escalation stands.</summary>
sealed class AlertPagings(Pager pager, OnCallBook book, LiveBus bus) : IAlertPaging
{
    public async Task<AlertPaging?> OfAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        if (!actor.May(Permission.ReadOnCall, alert.SystemId) || await pager.OfAlertAsync(actor, alert.Id, stop) is not { } report)
            return null;
        var (call, people) = (report.Call, book.Plan.People);
        return new(report.Policy?.Name ?? call.PolicyId, report.IsOpen, report.Level, call.AcknowledgedBy, call.ForgottenAt, report.Next?.At,
            report.Next is { } next ? next.Names.Count > 0 ? string.Join(", ", next.Names) : "nobody (no one is on duty then)" : null,
            call.Note, call.AlertIds.Count, report.CanPassOn && actor.May(Permission.AcknowledgeAlerts, call.SystemId),
            [.. report.Pages.Select(page => new PagedPerson(page.DeliveredAt ?? page.At, page.Level + 1, page.PersonName, people.GetValueOrDefault(page.PersonId)?.Phone, Word(page.State), page.Detail, page.State == PageState.Delivered, page.State == PageState.Failed))])
        {
            Revision = $"{call.Id:N}-{call.Leg}",
        };
    }

    public IDisposable Subscribe(Action changed) => bus.Subscribe<PagingChanged>(_ => changed());

    internal static string Word(PageState state) => state switch
    {
        PageState.Delivered => "delivered",
        PageState.OnItsWay => "on its way",
        PageState.Failed => "not reached",
        _ => "withdrawn",
    };
}
