namespace OpsDashboard.Alerts;

/// <summary>The one state of a component or system, worst first.</summary>
public enum Health { Critical, Unknown, Warning, Maintenance, Ok }

/// <summary>A state with the three things that every page shows beside it.</summary>
/// <param name="Reason">One sentence that a tired person understands.</param>
/// <param name="Since">When the state began.</param>
/// <param name="Owner">Who took it, or null.</param>
public sealed record HealthState(Health Health, string Reason, DateTimeOffset Since, string? Owner = null);

/// <summary>A system's state with those of its parts.</summary>
/// <param name="Causes">Everything that makes it worse than Ok, worst first: one sentence each, with the component.</param>
public sealed record SystemHealth(string SystemId, HealthState State, IReadOnlyDictionary<string, HealthState> Components, IReadOnlyList<HealthCause> Causes);

/// <param name="Kind">Causes of one kind in one system are most likely one and the same; "" where nothing is known of it.</param>
/// <param name="AlertId">The alert that says so, or null.</param>
public sealed record HealthCause(string ComponentId, HealthState State, string Kind = "", Guid? AlertId = null);

/// <summary>The states of all systems as of one evaluation. Immutable.</summary>
public sealed record HealthSnapshot(DateTimeOffset At, IReadOnlyList<SystemHealth> Systems);

/// <summary>The one place where health is computed. Thread-safe.</summary>
public interface IHealth
{
    HealthSnapshot Current { get; }

    /// <summary>Calls back when a state changed, until disposed.</summary>
    IDisposable Subscribe(Action<HealthSnapshot> changed);
}
