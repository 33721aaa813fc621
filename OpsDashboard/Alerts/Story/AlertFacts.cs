using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Story;

/// <summary>What belongs to an alert beside itself.</summary>
/// <param name="System">Null where the catalogue does not know it.</param>
/// <param name="Environment">From the alert's label, else the catalogue's.</param>
/// <param name="Rule">As it is now; null where it is gone or elsewhere.</param>
/// <param name="Explainer">The alert that explains this one, or null.</param>
/// <param name="Explained">Open alerts that this one explains.</param>
public sealed record AlertFacts(MonitoredSystem? System, string Environment, bool IsSimulated, RuleStatus? RuleStatus, Alert? Explainer, IReadOnlyList<HandledAlert> Explained)
{
    public AlertRule? Rule => RuleStatus?.Rule as AlertRule;

    /// <summary>Case Opening Game / api, as people call them.</summary>
    public string Place(Alert alert)
    {
        var component = System?.Components.FirstOrDefault(one => one.Id == alert.ComponentId)?.Name ?? alert.ComponentId;
        return string.Join(" / ", new[] { System?.Name ?? alert.SystemId, component }.OfType<string>().Distinct());
    }
}

/// <summary>Finds what belongs to an alert. Thread-safe.</summary>
public sealed class AlertFactsReader(HandledAlerts alerts, AlertQuery query, IAlerts rules, ICatalogue catalogue)
{
    public async Task<AlertFacts> ReadAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        var snapshot = catalogue.Current;
        var system = alert.SystemId is { } id ? snapshot.Find(id) : null;
        var explained = alert.IsOpen ? alerts.Current(actor).Where(other => other.Alert.InhibitedBy == alert.Id && other.Alert.IsOpen).ToArray() : [];
        var rule = rules.Rules.FirstOrDefault(status => status.Rule.Id == alert.RuleId && alert.Origin == AlertOrigin.Rule);
        var environment = alert.Labels["environment"] ?? snapshot.Environment;
        return new(system, environment, system?.Targets.Any(target => target.Environment == "simulator") == true, rule, await ExplainerAsync(actor, alert, stop), explained);
    }

    async Task<Alert?> ExplainerAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        if (alert.InhibitedBy is not { } by)
            return null;
        try
        {
            return await query.FindAsync(actor, by, stop);
        }
        catch (NotFoundException)
        {
            // A cause that was only pending is forgotten with its end.
            return null;
        }
    }
}
