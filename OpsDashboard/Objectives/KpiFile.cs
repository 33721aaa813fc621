using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Objectives;

/// <summary>Reads a <c>kpis.yml</c>.</summary>
public sealed class KpiFile(IExpressionSyntax? syntax = null) : ICatalogueDocument
{
    /// <summary>A row of the overview has room for this many figures.</summary>
    public const int MaxOnOverview = 4;

    public string FileName => "kpis.yml";

    public Type DocumentType => typeof(KpiDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var kpis = new Dictionary<string, Kpi>();
        foreach (var entry in root.Maps("kpis"))
        {
            var kpi = ReadKpi(entry);
            entry.RejectUnknownKeys();
            if (kpi.Id.Length > 0 && !kpis.TryAdd(kpi.Id, kpi))
                entry.Report("id", $"The KPI `{kpi.Id}` stands here twice.", "Give one of them another id.");
            else if (kpi.OnOverview && kpis.Values.Count(other => other.OnOverview) > MaxOnOverview)
                entry.Report("overview", $"More than {MaxOnOverview} KPIs are marked for the overview.", "Remove `overview: true` from one of them.");
        }
        return new KpiDocument([.. kpis.Values]);
    }

    Kpi ReadKpi(YamlMap entry)
    {
        var title = entry.Required("title");
        return new(
            entry.Identifier("id"), title, entry.Text("short") ?? title,
            entry.Expression("expr", syntax),
            entry.Required("unit").Length > 0 ? entry.Choice<Unit>("unit") ?? Unit.None : Unit.None,
            ReadTarget(entry), entry.ReadBands(), entry.Number("capacity"), entry.Flag("overview") ?? false,
            entry.Required("definition"), entry.Text("source") ?? "", ReadEntry(entry));
    }

    static KpiEntry? ReadEntry(YamlMap kpi)
    {
        if (kpi.Map("entry") is not { } entry)
            return null;
        var metric = entry.Required("metric");
        if (metric.Length > 0 && !YamlMap.IsLabelName(metric))
            entry.Report("metric", $"`{metric}` is not a name of a metric.", "Write letters, digits and underscores.");
        var min = entry.Required("min").Length > 0 ? entry.Number("min") : null;
        var max = entry.Required("max").Length > 0 ? entry.Number("max") : null;
        if (min >= max)
            entry.Report("max", "`max` must be greater than `min`.", "Write the scale, e.g. `min: 1, max: 5`.");
        entry.RejectUnknownKeys();
        return min is { } least && max is { } most ? new(metric, least, most) : null;
    }

    static KpiTarget? ReadTarget(YamlMap kpi)
    {
        if (kpi.Map("target") is not { } target)
            return null;
        var value = target.Required("value").Length > 0 ? target.Number("value") : null;
        var better = target.Required("better").Length > 0 ? target.Choice<Better>("better") : null;
        target.RejectUnknownKeys();
        return value is { } goal && better is { } direction ? new(goal, direction) : null;
    }
}
