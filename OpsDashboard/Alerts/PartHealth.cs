using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts;

/// <summary>How a component, or one instance of it, stands.</summary>
/// <param name="SeenAt">Since then everything that watches it has looked at least once.</param>
public sealed record PartHealth(HealthState State, DateTimeOffset SeenAt);

/// <summary>Health of one part at this moment, for whoever must not take the next one away. Thread-safe.</summary>
public interface IPartHealth
{
    /// <summary>By the rule by which all health is computed, whatever maintenance window is open: a window takes no work over.</summary>
    /// <param name="instance">Null: the component as a whole.</param>
    /// <returns>Null: nothing has looked at it.</returns>
    PartHealth? Of(string systemId, string componentId, string? instance);
}

sealed class PartHealths(ICatalogue catalogue, ICollectorStates collectors, IAlerts alerts, TimeProvider clock) : IPartHealth
{
    public PartHealth? Of(string systemId, string componentId, string? instance)
    {
        if (catalogue.Current.Find(systemId) is not { } system)
            return null;
        var watching = collectors.Current.Where(state => state.Target.SystemId == systemId && state.Target.ComponentId == componentId && (instance is null || state.Target.Instance == instance)).ToArray();
        var own = alerts.Current.Where(alert => alert.ComponentId == componentId && (instance is null || alert.Labels["instance"] == instance));
        // One that is paused or has not run yet says nothing; nobody takes its silence for health.
        if (watching.Length == 0 || watching.Any(state => state.Health == CollectorHealth.Unknown))
            return null;
        var health = HealthRule.Compute(system, TargetReports.From(watching), own, null, clock.GetUtcNow());
        return health.Components.GetValueOrDefault(componentId) is { } state ? new(state, watching.Min(one => one.LastRunAt!.Value)) : null;
    }
}
