using OpsDashboard.Ui;

namespace OpsDashboard.Incidents;

/// <summary>Addresses of incidents, relative to the base address.</summary>
public static class IncidentUrls
{
    public const string Incidents = "incidents";

    public static string Incident(Guid id) => $"incidents/{id}";

    public static string Review(Guid id) => $"incidents/{id}/review";

    /// <summary>The form that opens one, filled from an alert.</summary>
    public static string New(Guid? alert = null, string? system = null) => Urls.With("incidents/new", ("alert", alert?.ToString()), ("system", system));
}
