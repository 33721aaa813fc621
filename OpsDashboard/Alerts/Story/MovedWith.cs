using System.Collections.Concurrent;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Story;

/// <summary>Another figure of the same component, and how far it moved from what it was before the alert.</summary>
/// <param name="Expression">One series.</param>
/// <param name="Deviation">In standard deviations of the time before.</param>
public sealed record Companion(string Title, string Expression, Unit Unit, double Value, double Deviation, IReadOnlyList<ChartLine> Lines);

/// <summary>
/// What moved together with an alert: the panels of the system's dashboards that show the same component, the most unusual first.
/// Thread-safe; an answer serves for a quarter of a minute.
/// </summary>
public sealed class MovedWith(IPromQl promQl, ICatalogue catalogue, TimeProvider clock)
{
    static readonly TimeSpan Span = TimeSpan.FromHours(1), Kept = TimeSpan.FromSeconds(15);
    const int Step = 30_000, MostPanels = 24, FewestBefore = 6, MostKept = 200;

    readonly ConcurrentDictionary<(string, Guid), (DateTimeOffset At, IReadOnlyList<Companion> Companions)> answers = new();

    public async Task<IReadOnlyList<Companion>> ReadAsync(Actor actor, Alert alert, int most, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (answers.TryGetValue((actor.Id, alert.Id), out var known) && now - known.At < Kept)
            return known.Companions;
        if (answers.Count > MostKept)
            answers.Clear();
        var found = await ComputeAsync(actor, alert, most, now, stop);
        answers[(actor.Id, alert.Id)] = (now, found);
        return found;
    }

    async Task<IReadOnlyList<Companion>> ComputeAsync(Actor actor, Alert alert, int most, DateTimeOffset now, CancellationToken stop)
    {
        if (alert.SystemId is not { } systemId || catalogue.Current.Find(systemId) is not { } system)
            return [];
        var granted = promQl.For(actor);
        var own = Measure.MetricsOf(alert.Expression, promQl);
        var end = (alert.ResolvedAt ?? now).ToUnixTimeMilliseconds();
        var metrics = await MetricsOfComponentAsync(granted, alert, end, stop);
        var panels = (system.Document<DashboardDocument>()?.Dashboards ?? []).SelectMany(dashboard => dashboard.Panels)
            .Where(panel => panel.Show is null)
            .Select(panel => (Panel: panel, Query: panel.Queries[^1], Metrics: Measure.MetricsOf(panel.Queries[^1].Expression, promQl)))
            .Where(one => one.Metrics.Count > 0 && !one.Metrics.SetEquals(own) && one.Metrics.All(metrics.Contains))
            .DistinctBy(one => one.Query.Expression).Take(MostPanels);
        var companions = new List<Companion>();
        foreach (var (panel, query, _) in panels)
        {
            if (await ReadAsync(granted, panel, query, alert.ActiveAt.ToUnixTimeMilliseconds(), end, stop) is { } companion)
                companions.Add(companion);
        }
        return [.. companions.OrderByDescending(companion => Math.Abs(companion.Deviation)).Take(most)];
    }

    static async Task<HashSet<string>> MetricsOfComponentAsync(IPromQl granted, Alert alert, long at, CancellationToken stop)
    {
        string Matching(string name, string? value) => value is null ? "" : $",{name}=\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
        try
        {
            var answer = await granted.Parse($"count by (__name__) ({{__name__!=\"\"{Matching("system", alert.SystemId)}{Matching("component", alert.ComponentId)}}})")
                .InstantAsync(at, SelectOptions.Raw, stop);
            return [.. answer.Series.Select(series => series.Labels.Metric)];
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException)
        {
            return [];
        }
    }

    static async Task<Companion?> ReadAsync(IPromQl granted, Panel panel, PanelQuery query, long began, long end, CancellationToken stop)
    {
        try
        {
            var answer = await granted.Parse(query.Expression).RangeAsync(end - (long)Span.TotalMilliseconds, end, Step, new SelectOptions(Step), stop);
            // Of several lines none speaks for all of them.
            if (answer.Series is not [var series])
                return null;
            var known = series.Samples.Where(sample => double.IsFinite(sample.Value)).ToArray();
            var before = known.Where(sample => sample.At < began).Select(sample => sample.Value).ToArray();
            var since = known.Where(sample => sample.At >= began).Select(sample => sample.Value).ToArray();
            if (known.Length == 0)
                return null;
            return new(panel.Title, query.Expression, panel.Unit, known[^1].Value, before.Length < FewestBefore || since.Length == 0 ? 0 : Deviation(before, since), panel.Lines);
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException)
        {
            return null;
        }
    }

    static double Deviation(double[] before, double[] since)
    {
        var mean = before.Average();
        var spread = Math.Sqrt(before.Average(value => (value - mean) * (value - mean)));
        // What never moved is unusual as soon as it does: a hundredth of its size counts as its spread.
        return (since.Average() - mean) / Math.Max(spread, Math.Max(Math.Abs(mean) * 0.01, 1e-9));
    }
}
