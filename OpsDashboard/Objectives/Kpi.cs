using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Objectives;

public enum Better { Higher, Lower }

/// <summary>What the team wants the figure to be. Not an alert threshold: those live in rules.</summary>
public sealed record KpiTarget(double Value, Better Better)
{
    public bool IsMet(double actual) => Better == Better.Higher ? actual >= Value : actual <= Value;
}

/// <summary>A figure that managers read.</summary>
/// <param name="Expression">PromQL for the value at an instant, in base units.</param>
/// <param name="Target">Null where nobody set one: shown as –, never as met.</param>
/// <param name="Capacity">The value at which capacity must be added; a third line besides target and alert.</param>
/// <param name="OnOverview">One of the figures in the system's row of the overview.</param>
/// <param name="Definition">How the number comes about, in a sentence.</param>
/// <param name="Source">Guide and lines, e.g. <c>CG:138-141</c>.</param>
/// <param name="Entry">Where a person may enter the figure; null where it is only measured.</param>
public sealed record Kpi(string Id, string Title, string Short, string Expression, Unit Unit, KpiTarget? Target, Bands Bands, double? Capacity, bool OnOverview, string Definition, string Source, KpiEntry? Entry = null);

/// <summary>What a person may enter for a KPI.</summary>
/// <param name="Metric">The metric that gets the sample, with the label <c>source="manual"</c>; the expression of the KPI reads it.</param>
public sealed record KpiEntry(string Metric, double Min, double Max);

/// <summary>A system's <c>kpis.yml</c>.</summary>
public sealed record KpiDocument(IReadOnlyList<Kpi> Kpis);
