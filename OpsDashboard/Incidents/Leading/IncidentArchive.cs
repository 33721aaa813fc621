using OpsDashboard.Access;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Incidents.Leading;

/// <summary>One incident as a whole.</summary>
/// <param name="Timeline">The oldest first.</param>
public sealed record IncidentRecord(Incident Incident, IncidentFacts Facts, IReadOnlyList<TimelineEntry> Timeline);

/// <summary>Reads everything that is known of an incident, as the actor may see it. Thread-safe.</summary>
public sealed class IncidentArchive(IncidentDesk desk, Runs runs, ICatalogue catalogue, IEnumerable<IWhatChanged> whatChanged, TimeProvider clock)
{
    const int MostEntries = 20_000, MostRuns = 200;
    static readonly TimeSpan Before = TimeSpan.FromHours(24);

    /// <exception cref="NotFoundException">There is no such incident, or not for this actor.</exception>
    public async Task<IncidentRecord> ReadAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var incident = await desk.FindAsync(actor, id, stop);
        var timeline = await desk.TimelineAsync(actor, id, null, MostEntries, stop);
        var changes = new List<ChangeBefore>();
        foreach (var source in whatChanged)
            changes.AddRange(await source.ReadAsync(actor, incident.SystemId, incident.ImpactBeganAt - Before, incident.ImpactBeganAt, stop));
        var facts = IncidentFacts.Of(incident, timeline, await RunsAsync(actor, incident, stop), Ranking.Changes(incident, changes), system => WithinOf(catalogue, system, incident.Severity), desk.DocumentOf(incident).Pace);
        return new(incident, facts, [.. timeline.Reverse()]);
    }

    /// <summary>The time to recover of a system at a severity; null: none is set.</summary>
    internal static TimeSpan? WithinOf(ICatalogue catalogue, string system, IncidentSeverity severity) =>
        catalogue.Current.Find(system)?.RecoveryTimes.TryGetValue(IncidentWords.ClassOf(severity), out var within) == true ? within : null;

    async Task<IReadOnlyList<Run>> RunsAsync(Actor actor, Incident incident, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            return [];
        var end = incident.Resolution?.At ?? clock.GetUtcNow();
        return [.. (await runs.ListAsync(actor, new RunFilter(Systems: incident.Systems, StartedSince: incident.ImpactBeganAt), null, MostRuns, stop)).Where(run => run.OuterId is null && run.StartedAt <= end)];
    }
}
