using OpsDashboard.Catalogue;

namespace OpsDashboard.Objectives;

/// <summary>One figure of a system in a period, beside that of the period it is compared with.</summary>
public sealed record KpiLine(Kpi Kpi, KpiFigure Figure, KpiFigure? Before)
{
    public KpiOutcome Outcome => Figure.Against(Kpi.Target);

    public double? Change => Figure.ChangeSince(Before);

    /// <summary>Whether the change is for the better; null where there is none or nobody said which way is better.</summary>
    public bool? IsBetter => Change is { } change && change != 0 && Kpi.Target is { } target ? change > 0 == (target.Better == Better.Higher) : null;
}

/// <param name="FirstData">When the first data of the period came, in milliseconds; null where there is none.</param>
/// <param name="Coverage">Share of the period for which there is data, 0 to 1.</param>
public sealed record SystemReport(MonitoredSystem System, KpiLine Availability, IReadOnlyList<KpiLine> Lines, long? FirstData, double Coverage)
{
    public IEnumerable<KpiLine> Missed => Lines.Where(line => line.Outcome == KpiOutcome.Missed);

    public bool HasTargets => Lines.Any(line => line.Kpi.Target is not null);

    /// <summary>Missed where one is; else no data where a target cannot be judged; else met; no target where nobody set one.</summary>
    public KpiOutcome Outcome =>
        Lines.Select(line => line.Outcome).Where(outcome => outcome != KpiOutcome.NoTarget).DefaultIfEmpty(KpiOutcome.NoTarget).Min();
}

/// <summary>What managers read of one month.</summary>
/// <param name="Systems">Missed first.</param>
/// <param name="ComputedAt">Figures of a running month grow older until they are computed anew.</param>
public sealed record KpiReport(Month Month, Month? ComparedWith, IReadOnlyList<SystemReport> Systems, DateTimeOffset ComputedAt)
{
    public double Coverage => Systems.Count == 0 ? 0 : Systems.Average(system => system.Coverage);
}
