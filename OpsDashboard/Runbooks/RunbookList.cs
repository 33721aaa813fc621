using System.Collections.Concurrent;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks;

/// <summary>The runbooks of the catalogue as they are now, and those versions that runs of this process still follow. Thread-safe, no I/O.</summary>
public sealed class RunbookList(ICatalogue catalogue)
{
    /// <summary>Versions that are kept besides the present ones; beyond that all but the present are forgotten.</summary>
    const int MostKept = 500;

    readonly ConcurrentDictionary<(string Id, string Version), Runbook> kept = new();

    /// <summary>Those of systems whose runbooks the actor may read, by system and title.</summary>
    public IReadOnlyList<Runbook> All(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            actor.Demand(Permission.ReadRunbooks);
        return
        [
            .. from system in catalogue.Current.Systems
               where actor.May(Permission.ReadRunbooks, system.Id)
               from runbook in Of(system).Runbooks
               orderby system.Name, runbook.Title
               select runbook,
        ];
    }

    /// <exception cref="NotFoundException">There is no such runbook, or not for this actor.</exception>
    public Runbook Find(Actor actor, string id) => All(actor).FirstOrDefault(runbook => runbook.Id == id) ?? throw new NotFoundException($"runbook {id}");

    /// <summary>The runbooks that the alert's rule names, in its order, as far as the actor may read them.</summary>
    public IReadOnlyList<Runbook> Of(Actor actor, Alert alert)
    {
        if (alert.SystemId is not { } id || !actor.May(Permission.ReadRunbooks, id) || catalogue.Current.Find(id) is not { } system)
            return [];
        var name = alert.RuleId.StartsWith(id + "/", StringComparison.Ordinal) ? alert.RuleId[(id.Length + 1)..] : "";
        var named = (system.Document<RuleOpsDocument>() ?? RuleOpsDocument.Empty).Rules.GetValueOrDefault(name).Extras?.Runbooks ?? [];
        var helpful = Of(system).Runbooks.Where(runbook => runbook.Helps.Any(one => one.Fits(alert)));
        return [.. named.Select(Of(system).Find).OfType<Runbook>().Concat(helpful).DistinctBy(runbook => runbook.Id)];
    }

    /// <summary>The runbook in the version that a run follows; null where it is neither in the catalogue nor was read by this process.</summary>
    public Runbook? Version(string systemId, string id, string version)
    {
        if (catalogue.Current.Find(systemId) is { } system && Of(system).Runbooks.FirstOrDefault(runbook => runbook.Id == id && runbook.Version == version) is { } present)
            return present;
        return kept.GetValueOrDefault((id, version));
    }

    /// <summary>Remembers what a run begins to follow.</summary>
    internal void Keep(Runbook runbook)
    {
        if (kept.Count >= MostKept)
            kept.Clear();
        kept[(runbook.Id, runbook.Version)] = runbook;
    }

    static RunbookDocument Of(MonitoredSystem system) => system.Document<RunbookDocument>() ?? RunbookDocument.Empty;
}
