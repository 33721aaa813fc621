using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// A source or component that is down is one alert, which explains those of everything that depends on it. Thread-safe.
/// <list type="bullet">
/// <item>A component that does not answer explains every alert of it and of the components that depend on it.</item>
/// <item>A source that cannot be read explains the alerts of its own instance.</item>
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
            if (failure.SystemId == system && failure.Id != alert.Id && failure.Fingerprint != alert.Fingerprint && Explains(failure, alert, system))
                return failure.Id;
        }
        return null;
    }

    public void Dispose() => subscription.Dispose();

    bool Explains(Alert failure, Alert alert, string system)
    {
        if (failure.ComponentId is not { } failed || alert.ComponentId is not { } component)
            return false;
        if (failure.Name == BuiltInRules.SourceDown)
            return component == failed && !BuiltInRules.IsFailure(alert) && alert.Labels["instance"] is { } instance && instance == failure.Labels["instance"];
        return component == failed ? !BuiltInRules.IsFailure(alert) || alert.Name == BuiltInRules.SourceDown : DependsOn(system, component, failed);
    }

    // The catalogue refuses circles.
    bool DependsOn(string system, string component, string other) =>
        catalogue.Current.Find(system)?.Components.FirstOrDefault(each => each.Id == component) is { } found
        && found.DependsOn.Any(next => next == other || DependsOn(system, next, other));
}
