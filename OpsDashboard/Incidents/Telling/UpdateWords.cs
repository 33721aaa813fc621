using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Incidents.Telling;

/// <summary>What the variables of templates say.</summary>
static class UpdateWords
{
    /// <param name="isPublic">For strangers: no component is named.</param>
    public static IReadOnlyDictionary<string, string> Of(Incident incident, MonitoredSystem? system, bool isPublic, DateTimeOffset next, string link)
    {
        var name = system?.Name ?? incident.SystemId;
        var component = isPublic ? null : system?.Components.FirstOrDefault(known => known.Id == incident.ComponentId)?.Name;
        return new Dictionary<string, string>
        {
            ["service"] = component is null ? name : $"{name} ({component})",
            ["severity"] = IncidentWords.Of(incident.Severity),
            ["start"] = Time(incident.ImpactBeganAt),
            ["status"] = IncidentWords.Of(incident.Status),
            ["impact"] = incident.Impact.Length > 0 ? incident.Impact : "being assessed",
            ["eta"] = incident.Eta is { } eta ? Time(eta) : incident.IsOpen ? "not known yet" : "over",
            ["done"] = isPublic ? "" : incident.Resolution?.Note ?? "",
            ["next"] = "",
            ["nextUpdate"] = incident.IsOpen ? Time(next) : "none: it is over",
            ["name"] = incident.Name,
            ["title"] = incident.Title,
            ["commander"] = incident.Holder(IncidentRole.Commander)?.Name ?? "nobody yet",
            ["bridge"] = incident.Bridge ?? "",
            ["link"] = link,
        };
    }

    public static IReadOnlyDictionary<string, string> Of(Silence window, MonitoredSystem system, DateTimeOffset now, string link)
    {
        var (from, until) = window.NextAt(now) ?? (window.StartsAt, window.EndsAt);
        return new Dictionary<string, string>
        {
            ["start"] = Time(from),
            ["end"] = Time(until),
            ["duration"] = Spoken(until - from),
            ["services"] = system.Name,
            ["reason"] = window.Reason,
            ["rollback"] = "",
            ["contact"] = window.CreatorName,
            ["link"] = link,
        };
    }

    /// <summary>What the timeline keeps of it.</summary>
    public static string Line(UpdatePreview preview)
    {
        string[] places = [.. preview.Chosen.Select(receiver => receiver.Name), .. preview.IsPublic ? new[] { "the status page" } : []];
        return $"Update to {string.Join(", ", places)}\n{preview.Subject}\n{preview.Body}";
    }

    static string Spoken(TimeSpan span) => span.TotalHours >= 1 ? $"{(int)span.TotalHours} h{(span.Minutes > 0 ? $" {span.Minutes} min" : "")}" : $"{Math.Max(1, (int)span.TotalMinutes)} min";

    static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
}

/// <summary>Addresses of what is told, relative to the base address.</summary>
static class UpdateUrls
{
    public static string OfIncident(Guid id) => $"{IncidentUrls.Incident(id)}/tell";

    public static string OfWindow(Guid id) => $"silences/{id}/tell";
}
