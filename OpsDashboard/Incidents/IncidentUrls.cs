using OpsDashboard.Ui;

namespace OpsDashboard.Incidents;

/// <summary>Addresses of incidents, relative to the base address.</summary>
public static class IncidentUrls
{
    public const string Incidents = "incidents";

    public static string Incident(Guid id) => $"incidents/{id}";

    public static string Review(Guid id) => $"incidents/{id}/review";

    /// <summary>The incidents behind a number.</summary>
    /// <param name="month">Such as 2026-10: when they were opened, in UTC.</param>
    public static string Of(string? system, string? month, IncidentSeverity? severity = null) => Urls.With(Incidents, ("system", system), ("month", month), ("severity", severity is { } one ? IncidentWords.Of(one) : null));

    /// <summary>The form that opens one, filled from an alert.</summary>
    public static string New(Guid? alert = null, string? system = null) => Urls.With("incidents/new", ("alert", alert?.ToString()), ("system", system));
}
