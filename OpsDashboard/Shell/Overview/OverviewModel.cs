using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Objectives;

namespace OpsDashboard.Shell.Overview;

/// <summary>A system's row.</summary>
/// <param name="Kpis">At most four figures, those that the catalogue puts on the overview.</param>
public sealed record OverviewRow(MonitoredSystem System, SystemHealth Health, IReadOnlyList<Kpi> Kpis)
{
    public HealthState State => Health.State;

    /// <summary>The system's own name where the component is not one of its.</summary>
    public string ComponentName(string id) => System.Components.FirstOrDefault(component => component.Id == id)?.Name ?? System.Name;
}

/// <summary>What waits for somebody to take it: one cause, with the components that suffer from it.</summary>
/// <param name="Others">The names of the further components, each once.</param>
public sealed record WaitingCause(OverviewRow Row, HealthCause Worst, IReadOnlyList<string> Others);

/// <summary>What the actor may see of all systems, worst first. Immutable.</summary>
public sealed record OverviewModel(IReadOnlyList<OverviewRow> Rows)
{
    const int MaxKpis = 4;

    HashSet<string> Handled { get; init; } = [];

    /// <summary>Whether the actor may take alerts of the system in hand.</summary>
    public bool MayAcknowledge(string systemId) => Handled.Contains(systemId);

    public static OverviewModel From(CatalogueSnapshot catalogue, HealthSnapshot health, Actor actor)
    {
        var states = health.Systems.ToDictionary(system => system.SystemId);
        var rows = from system in catalogue.Systems
                   where actor.May(Permission.ReadSystems, system.Id)
                   let state = states.GetValueOrDefault(system.Id) ?? NotYet(system.Id, health.At)
                   orderby state.State.Health, state.State.Since, system.Name
                   select new OverviewRow(system, state, [.. (system.Document<KpiDocument>()?.Kpis ?? []).Where(kpi => kpi.OnOverview).Take(MaxKpis)]);
        return new([.. rows]) { Handled = [.. catalogue.Systems.Select(system => system.Id).Where(id => actor.May(Permission.AcknowledgeAlerts, id))] };
    }

    public int Count(Health health) => Rows.Count(row => row.State.Health == health);

    /// <summary>The worst system, or null where all are well.</summary>
    public OverviewRow? Worst => Rows.FirstOrDefault(row => row.State.Health < Health.Maintenance);

    /// <summary>The rows in an order that a person already sees: systems that it does not name come last.</summary>
    public IReadOnlyList<OverviewRow> InOrder(IReadOnlyList<string> systemIds) =>
        [.. Rows.OrderBy(row => Place(systemIds, row.System.Id))];

    /// <summary>Everything that nobody has taken and that is worse than a warning, worst first; what has one cause stands there once.</summary>
    public IEnumerable<WaitingCause> Unowned =>
        from row in Rows
        from cause in row.Health.Causes
        where cause.State.Health < Health.Warning && cause.State.Owner is null
        orderby cause.State.Health, cause.State.Since
        group (Row: row, Cause: cause) by (row.System.Id, Kind: cause.Kind.Length > 0 ? cause.Kind : $"{cause.ComponentId} {cause.State.Reason}") into one
        select Waiting(one.First().Row, [.. one.Select(item => item.Cause)]);

    static WaitingCause Waiting(OverviewRow row, HealthCause[] causes) =>
        new(row, causes[0], [.. causes.Select(cause => cause.ComponentId).Distinct().Select(row.ComponentName).Distinct().Where(name => name != row.ComponentName(causes[0].ComponentId))]);

    static int Place(IReadOnlyList<string> systemIds, string id)
    {
        for (var index = 0; index < systemIds.Count; index++)
        {
            if (systemIds[index] == id)
                return index;
        }
        return int.MaxValue;
    }

    static SystemHealth NotYet(string systemId, DateTimeOffset at) =>
        new(systemId, new(Health.Unknown, "Nothing is known of it yet", at), new Dictionary<string, HealthState>(), []);
}
