using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Objectives.Pages;

/// <summary>Which of a system's figures stand in the common columns; the rest with a target are its own.</summary>
static class ScoreColumns
{
    const int MostOwn = 2;

    public static KpiLine? Latency(SystemReport system) =>
        Find(system, line => line.Kpi.Unit == Unit.Seconds && (line.Kpi.Id.Contains("p95", StringComparison.Ordinal) || line.Kpi.Id.Contains("latency", StringComparison.Ordinal)));

    public static KpiLine? Errors(SystemReport system) => Find(system, line => line.Kpi.Id.Contains("error-rate", StringComparison.Ordinal));

    public static KpiLine? Recovered(SystemReport system) => system.Lines.FirstOrDefault(line => line.Kpi == KpiReports.RtoMet);

    public static IEnumerable<KpiLine> Own(SystemReport system)
    {
        var common = new[] { Latency(system), Errors(system), Recovered(system) };
        return system.Lines.Where(line => line.Kpi.Target is not null && !common.Contains(line)).OrderBy(line => line.Outcome).ThenByDescending(line => line.Kpi.OnOverview).Take(MostOwn);
    }

    // Of several that fit, one with a target, then the one that the team put on the overview.
    static KpiLine? Find(SystemReport system, Func<KpiLine, bool> fits) =>
        system.Lines.Where(fits).OrderByDescending(line => line.Kpi.Target is not null).ThenByDescending(line => line.Kpi.OnOverview).FirstOrDefault();
}
