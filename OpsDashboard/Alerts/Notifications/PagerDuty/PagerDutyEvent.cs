using System.Text.Json.Serialization;

namespace OpsDashboard.Alerts.Notifications.PagerDuty;

/// <summary>What PagerDuty's v3 webhook sends (developer.pagerduty.com, "Webhook payloads"), as far as it is used.</summary>
sealed record PagerDutyPayload([property: JsonPropertyName("event")] PagerDutyEvent? Event);

/// <param name="Agent">Who did it; null or a service where nobody did.</param>
sealed record PagerDutyEvent(string? Id, [property: JsonPropertyName("event_type")] string? Kind, [property: JsonPropertyName("occurred_at")] DateTimeOffset? At, PagerDutyReference? Agent, PagerDutyIncident? Data);

sealed record PagerDutyReference(string? Id, string? Summary, string? Type);

/// <param name="Key">The dedup key of the event that opened the incident.</param>
sealed record PagerDutyIncident(string? Id, int? Number, [property: JsonPropertyName("incident_key")] string? Key);
