using OpsDashboard.Catalogue;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents;

/// <summary>What pages, templates and endpoints say of incidents alike.</summary>
public static class IncidentWords
{
    public static string Of(IncidentSeverity severity) => severity.ToString().ToLowerInvariant();

    public static string Of(IncidentStatus status) => status.ToString().ToLowerInvariant();

    public static string Of(IncidentRole role) => role.ToString().ToLowerInvariant();

    public static Tone ToneOf(IncidentSeverity severity) => severity switch
    {
        IncidentSeverity.Critical => Tone.Critical,
        IncidentSeverity.High or IncidentSeverity.Medium => Tone.Warning,
        _ => Tone.Plain,
    };

    public static Tone ToneOf(Incident incident) => incident.IsOpen ? ToneOf(incident.Severity) : Tone.Ok;

    public static string State(Incident incident) => incident.MergedIntoName is { } other ? $"went into {other}" : Of(incident.Status);

    /// <summary>The class whose RTO counts for a severity: the guides name three classes, severities are four.</summary>
    public static RecoveryClass ClassOf(IncidentSeverity severity) => severity switch
    {
        IncidentSeverity.Critical => RecoveryClass.Critical,
        IncidentSeverity.High => RecoveryClass.Important,
        _ => RecoveryClass.Normal,
    };

    /// <summary>1:02:03 or 12:30, never negative.</summary>
    public static string Clock(TimeSpan span) => span < TimeSpan.Zero ? "0:00" : span.TotalHours >= 1 ? $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}" : $"{span.Minutes}:{span.Seconds:00}";

    /// <summary>2 h 10 min, for sentences.</summary>
    public static string Spoken(TimeSpan span) => span.TotalDays >= 2 ? $"{(int)span.TotalDays} d {span.Hours} h" : span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s" : $"{Math.Max(0, span.Seconds)} s";
}
