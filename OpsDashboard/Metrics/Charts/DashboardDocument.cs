namespace OpsDashboard.Metrics.Charts;

/// <summary>A system's <c>dashboards.yml</c>: the presets that its guide asks for.</summary>
public sealed record DashboardDocument(IReadOnlyList<Dashboard> Dashboards);
