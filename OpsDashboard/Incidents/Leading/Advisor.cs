using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Incidents.Leading;

/// <summary>What the page of an incident shows beside the incident itself.</summary>
/// <param name="Proposals">The first one is the one to do now; empty where it is over.</param>
/// <param name="OpenRuns">Runs of its systems that have not ended.</param>
/// <param name="Changes">Of the 24 hours before it, the likeliest cause first.</param>
public sealed record IncidentSight(IReadOnlyList<Proposal> Proposals, IReadOnlyList<Run> OpenRuns, IReadOnlyList<RankedChange> Changes);

/// <summary>Reads what speaks for the next step, as the actor may see it. Thread-safe.</summary>
public sealed class Advisor(IncidentDesk desk, AlertQuery alerts, RunbookList runbooks, Runs runs, Previews previews, IEnumerable<IWhatChanged> whatChanged, TimeProvider clock)
{
    const int MostRuns = 50, MostAlerts = 20;
    static readonly TimeSpan Before = TimeSpan.FromHours(24);

    public async Task<IncidentSight> ReadAsync(Actor actor, Incident incident, CancellationToken stop)
    {
        var changes = new List<ChangeBefore>();
        foreach (var source in whatChanged)
            changes.AddRange(await source.ReadAsync(actor, incident.SystemId, incident.ImpactBeganAt - Before, incident.ImpactBeganAt, stop));
        var ranked = Ranking.Changes(incident, changes);
        if (!incident.IsOpen || !actor.MayAnywhere(Permission.ReadRunbooks))
            return new([], [], ranked);
        var ran = (await runs.ListAsync(actor, new(Systems: incident.Systems, StartedSince: incident.ImpactBeganAt), null, MostRuns, stop)).Where(run => run.OuterId is null).ToArray();
        var helping = new List<(Runbook, Alert)>();
        foreach (var linked in incident.Alerts.Where(alert => alert.ResolvedAt is null).Take(MostAlerts))
        {
            try
            {
                var alert = await alerts.FindAsync(actor, linked.Id, stop);
                helping.AddRange(runbooks.Of(actor, alert).Select(runbook => (runbook, alert)));
            }
            catch (Exception unseen) when (unseen is NotFoundException or AccessDeniedException)
            {
                // An alert of a system that this person may not see proposes nothing to him.
            }
        }
        Run[] open = [.. ran.Where(run => !run.IsOver)];
        var records = helping.Count > 0 ? await runs.RecordsAsync(actor, stop) : new Dictionary<string, RunRecord>();
        return new(Advice.Of(incident, desk.DocumentOf(incident), open, Ranking.Runbooks(incident, helping, records, ran, ranked), clock.GetUtcNow()), open, ranked);
    }

    /// <summary>Who is hit now, of each of its systems that the actor may read: 1,204 players. Null: nothing measures it.</summary>
    public async Task<string?> HitAsync(Actor actor, Incident incident, CancellationToken stop)
    {
        var hit = new List<string>();
        foreach (var system in incident.Systems.Where(system => actor.May(Permission.ReadMetrics, system)))
        {
            if (await previews.HitAsync(system, stop) is { } one)
                hit.Add(one);
        }
        return hit.Count > 0 ? string.Join(", ", hit) : null;
    }
}
