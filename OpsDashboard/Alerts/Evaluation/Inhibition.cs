using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// A source or component that is down is one alert, which explains those of everything that depends on it. Thread-safe.
/// <list type="bullet">
/// <item>A component that does not answer explains every alert of it and of the components that depend on it.</item>
/// <item>A source that cannot be read explains the alerts of its own instance.</item>
/// <item>What is read through another component, and only so, explains nothing but its own alerts while that one does not answer: that one explains it.</item>
/// </list>
/// A pending failure explains already: its children must not be notified in the seconds before it fires.
/// </summary>
sealed class Inhibition : IDisposable
{
    readonly ICatalogue catalogue;
    readonly AlertBook book;
    readonly IDisposable subscription;
    volatile Alert[]? failures;

    public Inhibition(ICatalogue catalogue, AlertBook book)
    {
        (this.catalogue, this.book) = (catalogue, book);
        subscription = book.Subscribe(() => failures = null);
    }

    /// <summary>The alert that explains this one, or null.</summary>
    public Guid? Find(Alert alert)
    {
        var now = failures ??= [.. book.Current.Where(each => each.IsOpen && BuiltInRules.IsFailure(each))];
        if (now.Length == 0 || alert.SystemId is not { } system)
            return null;
        foreach (var failure in now)
        {
            if (failure.SystemId == system && failure.Id != alert.Id && failure.Fingerprint != alert.Fingerprint && Explains(failure, alert, now))
                return failure.Id;
        }
        return null;
    }

    public void Dispose() => subscription.Dispose();

    bool Explains(Alert failure, Alert alert, Alert[] failures)
    {
        if (failure.ComponentId is not { } failed || alert.ComponentId is not { } component || catalogue.Current.Find(failure.SystemId!) is not { } system)
            return false;
        if (failure.Name == BuiltInRules.SourceDown)
            return component == failed && !BuiltInRules.IsFailure(alert) && alert.Labels["instance"] is { } instance && instance == failure.Labels["instance"];
        if (component == failed)
            return !BuiltInRules.IsFailure(alert) || alert.Name == BuiltInRules.SourceDown;
        if (BuiltInRules.IsFailure(alert) && ReadThrough(system, alert).Contains(failed))
            return true;
        return DependsOn(system, component, failed) && !ReadThrough(system, failure).Any(through => IsDown(through, failures));
    }

    static bool IsDown(string component, Alert[] failures) => failures.Any(failure => failure.Name == BuiltInRules.ComponentDown && failure.ComponentId == component);

    /// <summary>Through which components everything is read whose failure this is; none where a part of it is read itself.</summary>
    static IReadOnlyCollection<string> ReadThrough(MonitoredSystem system, Alert failure)
    {
        var failed = system.Targets.Where(target => target.ComponentId == failure.ComponentId && (failure.Name == BuiltInRules.ComponentDown || (target.Job == failure.Labels["job"] && target.Instance == failure.Labels["instance"]))).ToArray();
        return failed.All(target => target.Through is not null) ? [.. failed.Select(target => target.Through!).Distinct()] : [];
    }

    // The catalogue refuses circles.
    static bool DependsOn(MonitoredSystem system, string component, string other) =>
        system.Components.FirstOrDefault(each => each.Id == component) is { } found
        && found.DependsOn.Any(next => next == other || DependsOn(system, next, other));
}
