using System.Collections.Concurrent;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Runbooks.Recoveries;

namespace OpsDashboard.Objectives;

/// <summary>
/// The managers' figures by month. A month that is over is computed once for a catalogue, the running one at most once a minute, whoever asks.
/// Thread-safe.
/// </summary>
public sealed class KpiReports(KpiCalculator calculator, ICatalogue catalogue, IRecoveryScores recoveries, TimeProvider clock)
{
    public const string AvailabilityId = "availability";
    public const int MonthsShown = 13;
    const int Remembered = 500;
    static readonly TimeSpan RunningMonthAge = TimeSpan.FromMinutes(1);

    static readonly Kpi Availability = new(AvailabilityId, "Availability", "Availability", "avg(avg_over_time(probe_success[period]))", Unit.Ratio, null, Bands.None, null, false,
        "Share of probe results that succeeded, over all probes of the system.", "probes");

    /// <summary>Where the team set an RTO and something was recovered.</summary>
    public static readonly Kpi RtoMet = new("rto-met", "RTO met", "RTO", "", Unit.Ratio, new(1, Better.Higher), Bands.None, null, false,
        "Recoveries by a runbook that were over within the RTO of their class, from the beginning of the alert to green, out of all that have one. Drills count.", "runs");

    readonly ConcurrentDictionary<(string System, Month Month, string Catalogue), Remembrance> remembered = new();
    readonly SemaphoreSlim computing = new(1, 1);

    /// <summary>The months that can be asked for, newest first.</summary>
    public IReadOnlyList<Month> Months => [.. Enumerable.Range(0, MonthsShown).Select(back => Month.Of(clock.GetUtcNow()).Add(-back))];

    /// <summary>The report of the systems that the actor may read.</summary>
    /// <param name="systemId">One system, or null for all.</param>
    public async Task<KpiReport> ReadAsync(Month month, Month? comparedWith, string? systemId, Actor actor, CancellationToken stop)
    {
        var snapshot = catalogue.Current;
        var systems = snapshot.Systems.Where(system => (systemId is null || system.Id == systemId) && actor.May(Permission.ReadKpis, system.Id)).ToArray();
        var reports = new List<SystemReport>();
        var oldest = clock.GetUtcNow();
        foreach (var system in systems)
        {
            var now = await FiguresAsync(system, month, snapshot.ContentHash, stop);
            var before = comparedWith is { } other ? await FiguresAsync(system, other, snapshot.ContentHash, stop) : null;
            reports.Add(Report(system, now.Figures, before?.Figures));
            oldest = now.ComputedAt < oldest ? now.ComputedAt : oldest;
        }
        return new(month, comparedWith, [.. reports.OrderBy(report => report.Outcome).ThenByDescending(report => report.Missed.Count())], oldest);
    }

    /// <summary>One figure of a system over thirteen months, oldest first; null where there is no data.</summary>
    public async Task<IReadOnlyList<(Month Month, double? Value)>> HistoryAsync(MonitoredSystem system, string kpiId, Actor actor, CancellationToken stop)
    {
        actor.Demand(Permission.ReadKpis, system.Id);
        var months = new List<(Month, double?)>();
        foreach (var month in Months.Reverse())
        {
            var figures = (await FiguresAsync(system, month, catalogue.Current.ContentHash, stop)).Figures;
            months.Add((month, kpiId == AvailabilityId ? figures.Availability.Actual : figures.ById.GetValueOrDefault(kpiId)?.Actual));
        }
        return months;
    }

    /// <summary>Has the figures of a system computed anew, months that are over included: something was entered for one of them.</summary>
    public void Forget(string systemId)
    {
        foreach (var key in remembered.Keys.Where(key => key.System == systemId))
            remembered.TryRemove(key, out _);
    }

    static SystemReport Report(MonitoredSystem system, SystemFigures now, SystemFigures? before)
    {
        var kpis = (system.Document<KpiDocument>()?.Kpis ?? []).Concat(now.ById.ContainsKey(RtoMet.Id) ? [RtoMet] : []);
        var lines = kpis.Select(kpi => new KpiLine(kpi, now.ById.GetValueOrDefault(kpi.Id) ?? KpiFigure.None, before?.ById.GetValueOrDefault(kpi.Id)));
        return new(system, new(Availability, now.Availability, before?.Availability), [.. lines.OrderBy(line => line.Outcome)], now.FirstData, now.Coverage);
    }

    async Task<Remembrance> FiguresAsync(MonitoredSystem system, Month month, string contentHash, CancellationToken stop)
    {
        var key = (system.Id, month, contentHash);
        if (IsFresh(key, out var known))
            return known;
        // One at a time: a month of samples is much to read, and viewers who come together want the same.
        await computing.WaitAsync(stop);
        try
        {
            if (IsFresh(key, out known))
                return known;
            if (remembered.Count >= Remembered)
                remembered.Clear();
            return remembered[key] = new(await ComputeAsync(system, month, stop), clock.GetUtcNow());
        }
        finally
        {
            computing.Release();
        }
    }

    bool IsFresh((string System, Month Month, string Catalogue) key, out Remembrance known)
    {
        var now = clock.GetUtcNow();
        // A month is over for good a little later than its end: late samples.
        return remembered.TryGetValue(key, out known!) && (known.ComputedAt.ToUnixTimeMilliseconds() > key.Month.To + 3_600_000 || now - known.ComputedAt < RunningMonthAge);
    }

    async Task<SystemFigures> ComputeAsync(MonitoredSystem system, Month month, CancellationToken stop)
    {
        var span = PeriodSpan.Of(month, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var (firstData, coverage) = await calculator.CoverageAsync(system.Id, span, stop);
        if (firstData is not { } first)
            return SystemFigures.None;
        var read = span.Since(first - (first % 5_000));
        var byId = new Dictionary<string, KpiFigure>();
        foreach (var kpi in system.Document<KpiDocument>()?.Kpis ?? [])
            byId[kpi.Id] = await calculator.FigureAsync(system.Id, kpi.Expression, read, stop);
        if (system.RecoveryTimes.Count > 0 && await recoveries.OfAsync(system.Id, DateTimeOffset.FromUnixTimeMilliseconds(month.From), DateTimeOffset.FromUnixTimeMilliseconds(month.To), stop) is { Judged: > 0 } score)
            byId[RtoMet.Id] = new(score.Within / (double)score.Judged, KpiMethod.Counted, TimeSpan.Zero, score.Judged);
        return new(byId, await calculator.AvailabilityAsync(system.Id, read, stop), firstData, coverage);
    }

    sealed record SystemFigures(IReadOnlyDictionary<string, KpiFigure> ById, KpiFigure Availability, long? FirstData, double Coverage)
    {
        public static readonly SystemFigures None = new(new Dictionary<string, KpiFigure>(), KpiFigure.None, null, 0);
    }

    sealed record Remembrance(SystemFigures Figures, DateTimeOffset ComputedAt);
}
