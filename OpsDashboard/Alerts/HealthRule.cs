using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts;

/// <summary>
/// The one rule by which health is computed, from firing and pending alerts, failing probes and stale sources. Pure.
/// <list type="bullet">
/// <item>a firing critical alert, or a component none of whose probes answers: Critical</item>
/// <item>a source that cannot be read, or probes of which only the first try failed: Unknown, never green and never zero</item>
/// <item>what is read through another component that is down: Unknown, whatever failed</item>
/// <item>a firing warning, some probes failing, or a critical alert still pending: Warning</item>
/// <item>an open maintenance window, whatever is wrong inside it: Maintenance, with what that is</item>
/// </list>
/// A system is as bad as its worst component. An alert or source without a component counts for the system as a whole.
/// </summary>
public static class HealthRule
{
    /// <param name="ownerOf">Who has an alert in hand, or null.</param>
    /// <param name="previous">Gives the instants since when unchanged states hold.</param>
    /// <param name="silences">Those of kind maintenance count.</param>
    public static SystemHealth Compute(MonitoredSystem system, IEnumerable<TargetReport> reports, IEnumerable<Alert> alerts, SystemHealth? previous, DateTimeOffset at, IEnumerable<Silence>? silences = null, Func<Guid, string?>? ownerOf = null)
    {
        var cover = new MaintenanceCover(silences ?? [], at);
        var byComponent = reports.Where(report => report.SystemId == system.Id).ToLookup(report => report.ComponentId);
        var own = alerts.Where(alert => alert.SystemId == system.Id).ToArray();
        // What the collectors say themselves is an alert too, which somebody can take.
        var failures = own.Where(alert => alert.IsOpen && BuiltInRules.IsFailure(alert)).ToArray();
        bool IsDown(string component) => byComponent[component].Any() && byComponent[component].All(report => !report.IsOk);
        HealthCause Taken(HealthCause cause) => cause.AlertId is { } id && ownerOf?.Invoke(id) is { } owner ? cause with { State = cause.State with { Owner = owner } } : cause;
        HealthCause Said(HealthCause cause) => failures.FirstOrDefault(alert => alert.ComponentId == cause.ComponentId) is { } failure ? cause with { AlertId = failure.Id } : cause;
        var wrong = byComponent.SelectMany(component => component.GroupBy(cover.Of).SelectMany(part => FromReports(system, component.Key, [.. part], IsDown).Select(cause => cover.Cover(Taken(Said(cause)), part.Key))))
            .Concat(own.Where(alert => !BuiltInRules.IsFailure(alert)).Select(alert => FromAlert(alert) is { } cause ? cover.Cover(Taken(cause), cover.Of(alert)) : null).OfType<HealthCause>()).ToArray();
        var windows = cover.Windows(system).ToArray();
        // Where something is wrong inside a window, that says of the window as well.
        var causes = wrong.Concat(windows.Where(window => !wrong.Any(cause => cause.State.Health == Health.Maintenance && window.ComponentId is var id && (id.Length == 0 || id == cause.ComponentId))))
            .OrderBy(cause => cause.State.Health).ThenBy(cause => cause.State.Since)
            .ToArray();
        var components = system.Components
            .Select(component => (component.Id, State: OfComponent(component, causes, windows, byComponent.Contains(component.Id), at)))
            .Where(component => component.State is not null)
            .ToDictionary(component => component.Id, component => Keep(previous?.Components.GetValueOrDefault(component.Id), component.State!));
        return new(system.Id, Keep(previous?.State, OfSystem(causes, byComponent.Count, at)), components, causes);
    }

    static HealthState OfSystem(HealthCause[] causes, int watched, DateTimeOffset at)
    {
        if (causes.Length > 0)
            return causes[0].State;
        if (watched == 0)
            return new(Health.Unknown, "Nothing is collected from it yet", at);
        return new(Health.Ok, watched == 1 ? "Its one watched component is healthy" : $"All {watched} watched components healthy", at);
    }

    // A window over the system is one over each component. One that no target watches has no state: it must not look green.
    static HealthState? OfComponent(SystemComponent component, HealthCause[] causes, HealthCause[] windows, bool isWatched, DateTimeOffset at) =>
        causes.FirstOrDefault(cause => cause.ComponentId == component.Id)?.State
        ?? windows.FirstOrDefault(window => window.ComponentId.Length == 0 || window.ComponentId == component.Id)?.State
        ?? (isWatched ? new(Health.Ok, "Answers and reports", at) : null);

    /// <summary>An unchanged state keeps its beginning, whatever its sentence says now.</summary>
    static HealthState Keep(HealthState? before, HealthState now) =>
        before is not null && before.Health == now.Health && before.Since < now.Since ? now with { Since = before.Since } : now;

    static IEnumerable<HealthCause> FromReports(MonitoredSystem system, string componentId, TargetReport[] all, Func<string, bool> isDown)
    {
        var name = NameOf(system, componentId);
        var unseen = all.Where(report => !report.IsOk && report.Through is { } through && isDown(through)).ToArray();
        if (unseen.MinBy(report => report.Since) is { } blind)
            yield return new(componentId, new(Health.Unknown, $"{name} is read through {NameOf(system, blind.Through!)}, which is down", blind.Since), blind.Kind);
        var reports = all.Except(unseen).ToArray();
        var probes = reports.Where(report => report.IsProbe).ToArray();
        var failing = probes.Where(report => !report.IsOk).ToArray();
        if (failing.Length > 0 && failing.All(report => report.IsFirstTry))
        {
            // Until the second try nothing is said against it, and nothing for it where no other probe answers.
            if (failing.Length == probes.Length)
                yield return new(componentId, new(Health.Unknown, $"{name}: collecting, the first try failed, {failing[0].Reason}", failing[0].Since), failing[0].Kind);
        }
        else if (failing.Length > 0)
        {
            var first = failing.MinBy(report => report.Since)!;
            yield return failing.Length == probes.Length
                ? new(componentId, new(Health.Critical, $"{name} {Verb(failing)}: {Count(failing.Length, probes.Length)} failed, {first.Reason}", first.Since), first.Kind)
                : new(componentId, new(Health.Warning, $"{name}: {Count(failing.Length, probes.Length)} failed, {first.Reason}", first.Since), first.Kind);
        }
        if (reports.Where(report => !report.IsProbe && !report.IsOk).MinBy(report => report.Since) is { } silent)
            yield return new(componentId, new(Health.Unknown, $"No samples from {name}: {silent.Reason}", silent.Since), silent.Kind);
    }

    static string NameOf(MonitoredSystem system, string id) => system.Components.FirstOrDefault(component => component.Id == id)?.Name ?? id;

    static string Verb(TargetReport[] failing) => failing.Any(report => report.HasAnswered) ? "is not well" : "does not answer";

    static string Count(int failing, int all) => all == 1 ? "its probe" : $"{failing} of {all} probes";

    static HealthCause? FromAlert(Alert alert)
    {
        Health? health = (alert.State, alert.Severity) switch
        {
            (AlertState.Firing, "critical") => Health.Critical,
            (AlertState.Firing, "warning") => Health.Warning,
            (AlertState.Pending, "critical") => Health.Warning,
            _ => null,
        };
        return health is { } state ? new(alert.ComponentId ?? "", new(state, Sentence(alert), alert.ActiveAt), alert.Name, alert.Id) : null;
    }

    static string Sentence(Alert alert) =>
        alert.State == AlertState.Pending ? $"{alert.Summary} (fires after {PrometheusDuration.Format(alert.For)})" : alert.Summary;
}
