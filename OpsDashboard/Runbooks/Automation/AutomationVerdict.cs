using OpsDashboard.Alerts;

namespace OpsDashboard.Runbooks.Automation;

public enum AutomationStep
{
    /// <summary>Something goes on already, or its time has not come.</summary>
    Wait,

    /// <summary>A person may press it.</summary>
    Propose,

    /// <summary>The program starts it.</summary>
    Act,

    /// <summary>Everything was tried: a person is needed.</summary>
    HandOver,
}

/// <summary>What is to be done about one alert now, and why.</summary>
/// <param name="Runbook">Name of the next one of the chain; null where there is none left.</param>
public sealed record AutomationVerdict(AutomationStep Step, string? Runbook, string Reason)
{
    /// <summary>So many automatic actions over all systems within <see cref="Window"/>; beyond that something is wrong that no runbook mends.</summary>
    public const int MostActions = 5;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>The one rule. Pure.</summary>
    public static AutomationVerdict Of(AutomationPolicy policy, AutomationSituation now)
    {
        if (now.Alert.State != AlertState.Firing)
            return new(AutomationStep.Wait, null, "The alert does not fire.");
        if (now.Alert.InhibitedBy is not null)
            return new(AutomationStep.Wait, null, "Another alert explains it.");
        if (now.Running is { } running)
            return new(AutomationStep.Wait, null, $"{running} is at work.");
        var next = policy.Runbooks.FirstOrDefault(name => now.Attempts.Count(attempt => attempt.Runbook == name) < policy.Attempts);
        if (next is null)
            return new(AutomationStep.HandOver, null, "Everything was tried and it fires still.");
        if (now.Attempts.Max(attempt => attempt.EndedAt) is { } last && now.At - last < policy.CoolDown)
            return new(AutomationStep.Wait, next, "The last attempt was a moment ago.");
        return Obstacle(policy, now) is { } obstacle ? new(AutomationStep.Propose, next, obstacle) : new(AutomationStep.Act, next, "Switched on by a commander.");
    }

    static string? Obstacle(AutomationPolicy policy, AutomationSituation now)
    {
        if (!now.Switches.IsOn)
            return "Automation is stopped.";
        if (!now.Switches.Allows(policy.SystemId))
            return "No commander allows automation for the system.";
        if (!now.Switches.Acts(policy))
            return "It only proposes: no commander switched it on.";
        if (now.Owner is { } owner)
            return $"{owner} has it in hand.";
        if (policy.Hours is { } hours && !hours.Contains(now.At))
            return $"It acts only at {hours}.";
        return now.Health switch
        {
            Health.Unknown => "The state of the component is not known.",
            Health.Maintenance => "There is a maintenance window.",
            _ when !double.IsFinite(now.Alert.Value) => "The alert's value is not known.",
            _ when now.ActionsLately >= MostActions => $"{now.ActionsLately} automatic actions in {Window.TotalMinutes:0} minutes: no more without a person.",
            _ => null,
        };
    }
}

/// <param name="Runbook">Name within its system.</param>
/// <param name="EndedAt">Null: it runs.</param>
public sealed record AutomationAttempt(string Runbook, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>Everything on which a verdict rests.</summary>
/// <param name="Health">Of the alert's component, or of its system where it names none.</param>
/// <param name="Owner">Who acknowledged the alert, or null.</param>
/// <param name="Running">A run for this alert that is not over, or null.</param>
/// <param name="Attempts">What the program tried for this condition within <see cref="AutomationPolicy.Memory"/>.</param>
/// <param name="ActionsLately">Automatic actions over all systems within <see cref="AutomationVerdict.Window"/>.</param>
public sealed record AutomationSituation(Alert Alert, AutomationSwitches Switches, Health Health, string? Owner, string? Running, IReadOnlyList<AutomationAttempt> Attempts, int ActionsLately, DateTimeOffset At);
