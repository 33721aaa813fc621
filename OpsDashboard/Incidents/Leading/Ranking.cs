using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Leading;

/// <summary>A change before the incident, with how likely it has to do with it.</summary>
/// <param name="Score">From 0 to 1: near in time and of the same component is high.</param>
public sealed record RankedChange(ChangeBefore Change, double Score)
{
    public bool IsLikely => Score >= 0.5;
}

/// <summary>Which change likely caused it, and which runbook likely mends it. Pure.</summary>
public static class Ranking
{
    static readonly TimeSpan HalfTime = TimeSpan.FromMinutes(30);

    /// <summary>The likeliest first.</summary>
    public static IReadOnlyList<RankedChange> Changes(Incident incident, IEnumerable<ChangeBefore> changes) =>
    [
        .. changes.Where(change => change.At <= incident.ImpactBeganAt)
            .Select(change => new RankedChange(change, Nearness(incident.ImpactBeganAt - change.At) * (change.IsOwn ? 1 : 0.4) * (OfComponent(incident, change) ? 1 : 0.8)))
            .OrderByDescending(ranked => ranked.Score).ThenByDescending(ranked => ranked.Change.At),
    ];

    /// <summary>Runbooks that help with the alerts, each once.</summary>
    /// <param name="ran">Runs during the incident.</param>
    public static IReadOnlyList<RankedRunbook> Runbooks(Incident incident, IEnumerable<(Runbook Runbook, Alert Alert)> helping, IReadOnlyDictionary<string, RunRecord> records, IReadOnlyList<Run> ran, IReadOnlyList<RankedChange> changes)
    {
        var best = new Dictionary<string, RankedRunbook>();
        foreach (var (runbook, alert) in helping)
        {
            var record = records.GetValueOrDefault(runbook.Id);
            var worked = record is null ? 0.5 : (record.Effective + 1.0) / (record.Judged + 2);
            var own = runbook.ComponentId is null || runbook.ComponentId == alert.ComponentId || runbook.ComponentId == incident.ComponentId;
            var tried = ran.FirstOrDefault(run => run.RunbookId == runbook.Id);
            var near = changes.FirstOrDefault(change => change.IsLikely && runbook.ComponentId is { } component && change.Change.Text.Contains(component, StringComparison.OrdinalIgnoreCase));
            var score = worked * (own ? 1 : 0.5) * (near is null ? 1 : 1 + near.Score) * (tried is { IsOver: true } ? 0.2 : 1) * (runbook.Risk is RiskClass.Read ? 0.6 : 1);
            var why = string.Join(", ", new[]
            {
                RunWords.Record(record),
                own && alert.ComponentId is { } of ? $"of the component that fails ({of})" : $"for {alert.Name}",
                near is null ? null : $"{near.Change.Text} {IncidentWords.Spoken(incident.ImpactBeganAt - near.Change.At)} before",
                tried is { IsOver: true } ? $"{tried.Name} was {RunWords.State(tried).ToLowerInvariant()}" : null,
            }.OfType<string>());
            if (!best.TryGetValue(runbook.Id, out var known) || known.Score < score)
                best[runbook.Id] = new(runbook.Name, runbook.Title, Urls.Runbook(runbook.Id, alert.Id), score, why);
        }
        return [.. best.Values.OrderByDescending(ranked => ranked.Score).ThenBy(ranked => ranked.Title, StringComparer.Ordinal)];
    }

    static double Nearness(TimeSpan before) => 1 / (1 + (before / HalfTime));

    static bool OfComponent(Incident incident, ChangeBefore change) => incident.ComponentId is { } component && change.Text.Contains(component, StringComparison.OrdinalIgnoreCase);
}
