using OpsDashboard.Alerts;
using OpsDashboard.Metrics;

namespace OpsDashboard.Incidents.Reading;

/// <summary>A system's <c>incidents.yml</c>.</summary>
public sealed record IncidentDocument
{
    static readonly IReadOnlyDictionary<IncidentSeverity, TimeSpan> UsualPace = new Dictionary<IncidentSeverity, TimeSpan>
    {
        [IncidentSeverity.Critical] = TimeSpan.FromMinutes(15),
        [IncidentSeverity.High] = TimeSpan.FromMinutes(30),
        [IncidentSeverity.Medium] = TimeSpan.FromHours(1),
        [IncidentSeverity.Low] = TimeSpan.FromHours(4),
    };

    static readonly IReadOnlyDictionary<IncidentSeverity, IReadOnlyList<IncidentRole>> UsualRoles = new Dictionary<IncidentSeverity, IReadOnlyList<IncidentRole>>
    {
        [IncidentSeverity.Critical] = [IncidentRole.Commander, IncidentRole.Communications, IncidentRole.Scribe],
        [IncidentSeverity.High] = [IncidentRole.Commander, IncidentRole.Communications],
        [IncidentSeverity.Medium] = [IncidentRole.Commander],
        [IncidentSeverity.Low] = [IncidentRole.Commander],
    };

    /// <summary>What holds for a system that has no such file: nothing opens an incident by itself.</summary>
    public static readonly IncidentDocument Usual = new();

    public IReadOnlyList<OpenPolicy> Policies { get; init; } = [];
    public IReadOnlyList<PhaseTemplate> Templates { get; init; } = [];
    public IReadOnlyDictionary<IncidentSeverity, TimeSpan> Pace { get; init; } = UsualPace;
    public IReadOnlyDictionary<IncidentSeverity, IReadOnlyList<IncidentRole>> Required { get; init; } = UsualRoles;

    /// <summary>Where people meet, an absolute address; null: they say it themselves.</summary>
    public string? Bridge { get; init; }

    /// <summary>The first that fits; null: the alert opens nothing.</summary>
    public OpenPolicy? PolicyFor(Alert alert) => Policies.FirstOrDefault(policy => policy.Fits(alert));

    public PhaseTemplate? Template(string id) => Templates.FirstOrDefault(template => template.Id == id);
}

/// <summary>Alerts that open an incident by themselves.</summary>
/// <param name="Template">Id of the phases that are followed; null: none.</param>
public sealed record OpenPolicy(IReadOnlyList<LabelMatcher> Matchers, IncidentSeverity Severity, string? Template)
{
    public bool Fits(Alert alert) => Matchers.All(matcher => matcher.Matches(alert.Labels[matcher.Name]));
}

/// <param name="Runbook">Name of a runbook of the system, or null.</param>
public sealed record PhaseTemplate(string Id, string Title, IReadOnlyList<Phase> Phases);
