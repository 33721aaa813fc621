using System.Text.Json;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Story;

public enum AlertEventKind { Began, Fired, Resolved, Changed, Acknowledged, Released, Silenced, Noted, Told, NotReached }

/// <summary>One line of an alert's story.</summary>
/// <param name="Value">As measured then, or null.</param>
/// <param name="By">Who did it; null where the program did.</param>
public sealed record AlertEvent(DateTimeOffset At, AlertEventKind Kind, string Text, string? By = null, double? Value = null);

/// <summary>
/// What happened to an alert and what people did about it, in one list: transitions, acknowledgements (from the audit log, which forgets none),
/// silences that match, notes, deliveries. Thread-safe.
/// </summary>
public sealed class AlertEvents(AlertQuery alerts, AuditReader audit, SilenceBook silences, AlertNotes notes, NotificationLog notifications, NotificationOptions options)
{
    const int MostEntries = 1000;

    /// <summary>The oldest first.</summary>
    /// <exception cref="NotFoundException">There is no such alert, or not for this actor.</exception>
    public async Task<IReadOnlyList<AlertEvent>> ReadAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        var transitions = (await alerts.TransitionsAsync(actor, alert.Id, stop)).Select(transition => Of(transition, alert));
        var acknowledgements = (await audit.FindAsync(new(Action: "acknowledge", Outcome: AuditOutcome.Done, From: alert.ActiveAt), null, MostEntries, stop)).Where(line => Names(line, alert.Id)).Select(Of);
        var silenced = silences.Current(actor).Where(silence => silence.Matches(options.Leaving(alert).Labels) && silence.EndsAt > alert.ActiveAt && (alert.ResolvedAt is null || silence.StartsAt < alert.ResolvedAt)).Select(Of);
        var written = (await notes.OfAsync(actor, alert.Id, stop)).Select(note => new AlertEvent(note.At, AlertEventKind.Noted, note.Text, note.AuthorName));
        var told = (await notifications.OfAlertAsync(actor, alert, stop)).SelectMany(Of);
        return [.. transitions.Concat(acknowledgements).Concat(silenced).Concat(written).Concat(told).OrderBy(one => one.At)];
    }

    static AlertEvent Of(AlertTransition transition, Alert alert)
    {
        var kind = (transition.From == transition.To, transition.To) switch
        {
            (true, _) => AlertEventKind.Changed,
            (_, AlertState.Pending) => AlertEventKind.Began,
            (_, AlertState.Firing) => AlertEventKind.Fired,
            _ => AlertEventKind.Resolved,
        };
        var text = kind switch
        {
            AlertEventKind.Began => alert.For > TimeSpan.Zero ? $"the condition holds; fires after {PrometheusDuration.Format(alert.For)}" : "the condition holds",
            AlertEventKind.Fired => $"fires, {transition.Severity}",
            AlertEventKind.Changed => transition.IsInhibited ? "explained by another alert from now on" : $"now {transition.Severity}",
            _ => "the condition no longer holds",
        };
        return new(transition.At, kind, text, Value: double.IsFinite(transition.Value) ? transition.Value : null);
    }

    static AlertEvent Of(AuditLine line) => line.Entry.Action switch
    {
        "alert.acknowledged" => new(line.Entry.At, AlertEventKind.Acknowledged, Read(line, "note") is { Length: > 0 } note ? $"has it in hand: {note}" : "has it in hand", line.ActorName ?? "name erased"),
        "acknowledgement.expired" => new(line.Entry.At, AlertEventKind.Released, "the timer of the acknowledgement ran out; nobody has it"),
        _ => new(line.Entry.At, AlertEventKind.Released, "let it go; nobody has it", line.ActorName ?? "name erased"),
    };

    static AlertEvent Of(Silence silence) => new(silence.CreatedAt, AlertEventKind.Silenced, $"silenced: {silence.Reason}", silence.CreatorName);

    static IEnumerable<AlertEvent> Of(LoggedNotification one) => one.Deliveries
        .Select(delivery => delivery.Delivery)
        .Where(delivery => delivery.State is DeliveryState.Delivered or DeliveryState.Failed)
        .Select(delivery => delivery.State == DeliveryState.Delivered
            ? new AlertEvent(delivery.DeliveredAt ?? delivery.CreatedAt, AlertEventKind.Told, $"{delivery.Destination} was told by {delivery.Method.Split('/')[0]}")
            : new AlertEvent(delivery.NextAttemptAt, AlertEventKind.NotReached, $"{delivery.Destination} was not reached by {delivery.Method.Split('/')[0]}: {delivery.Result}"));

    static bool Names(AuditLine line, Guid id) => line.Particulars is { } particulars && particulars.Text.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase);

    static string? Read(AuditLine line, string name) =>
        line.Particulars is { } particulars && JsonDocument.Parse(particulars.Text).RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
