namespace OpsDashboard.Incidents.Telling;

public enum TemplateKind { Incident, Maintenance }

/// <summary>What a template may say of an incident or of a maintenance window: <c>${incident.severity}</c>.</summary>
/// <param name="IsInternal">Nothing for strangers: a template for the status page does not name it.</param>
/// <param name="Label">Of the field in which people change it; null: it is as the incident has it.</param>
/// <param name="Rows">Of the field.</param>
public sealed record TemplateVariable(string Name, string Says, bool IsInternal = false, string? Label = null, int Rows = 1)
{
    public static readonly IReadOnlyList<TemplateVariable> OfIncidents =
    [
        new("service", "the system, or its component", Label: "Service affected"),
        new("severity", "critical, high, medium or low"),
        new("start", "when the impact began"),
        new("status", "how it stands", Label: "Current status"),
        new("impact", "who is hit, and how", Label: "Impact", Rows: 2),
        new("eta", "when it is expected to be over", Label: "ETA"),
        new("done", "what was done", Label: "What is done", Rows: 2),
        new("next", "what is done next", Label: "What is next", Rows: 2),
        new("nextUpdate", "when the next update comes"),
        new("name", "INC-42"),
        new("title", "the incident's title", IsInternal: true),
        new("commander", "who leads it", IsInternal: true),
        new("bridge", "where people meet", IsInternal: true),
        new("link", "its page here", IsInternal: true),
    ];

    public static readonly IReadOnlyList<TemplateVariable> OfMaintenance =
    [
        new("start", "when it begins"),
        new("end", "when it ends"),
        new("duration", "how long it takes", Label: "Duration"),
        new("services", "what is affected", Label: "Services affected"),
        new("reason", "why", Label: "Reason", Rows: 2),
        new("rollback", "what is done if it goes wrong", Label: "Rollback plan", Rows: 2),
        new("contact", "who announced it", IsInternal: true),
        new("link", "the list of windows here", IsInternal: true),
    ];

    public static IReadOnlyList<TemplateVariable> Of(TemplateKind kind) => kind == TemplateKind.Incident ? OfIncidents : OfMaintenance;

    /// <summary>What stands before the point.</summary>
    public static string Prefix(TemplateKind kind) => kind == TemplateKind.Incident ? "incident" : "maintenance";
}
