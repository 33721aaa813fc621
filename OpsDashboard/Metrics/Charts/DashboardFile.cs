using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Charts;

/// <summary>Reads a <c>dashboards.yml</c>.</summary>
public sealed class DashboardFile(IExpressionSyntax? syntax = null) : ICatalogueDocument
{
    public string FileName => "dashboards.yml";

    public Type DocumentType => typeof(DashboardDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var dashboards = new Dictionary<string, Dashboard>();
        foreach (var entry in root.Maps("dashboards"))
        {
            var dashboard = new Dashboard(entry.Identifier("id"), entry.Required("title"), ReadPanels(entry), entry.Text("source"));
            entry.RejectUnknownKeys();
            if (dashboard.Panels.Count == 0)
                entry.Report("panels", $"The dashboard `{dashboard.Id}` has no panel.", "Add `panels: [{ id: …, title: …, unit: …, queries: [{ expr: … }] }]`.");
            if (dashboard.Id.Length > 0 && !dashboards.TryAdd(dashboard.Id, dashboard))
                entry.Report("id", $"The dashboard `{dashboard.Id}` stands here twice.", "Give one of them another id.");
        }
        return new DashboardDocument([.. dashboards.Values]);
    }

    List<Panel> ReadPanels(YamlMap dashboard)
    {
        var panels = new List<Panel>();
        foreach (var entry in dashboard.Maps("panels"))
        {
            var id = entry.Identifier("id");
            var panel = new Panel(id, entry.Required("title"), entry.Choice<Unit>("unit") ?? Unit.None, ReadQueries(entry), ReadLines(entry), entry.ReadBands(), entry.Text("description"),
                entry.Choice<PanelShow>("show") is { } show && show != PanelShow.Lines ? show : null, entry.Text("row"),
                entry.Text("peak_hours") is null ? null : entry.Expression("peak_hours", syntax), ReadLink(entry));
            entry.RejectUnknownKeys();
            if (panel.Queries.Count == 0)
                entry.Report("queries", $"The panel `{id}` has no query.", "Add `queries: [{ expr: '…' }]`.");
            if (id.Length > 0 && panels.Any(other => other.Id == id))
                entry.Report("id", $"The panel `{id}` stands here twice.", "Give one of them another id.");
            panels.Add(panel);
        }
        return panels;
    }

    // Relative, so that it holds behind a path and leads nowhere else.
    static string? ReadLink(YamlMap panel)
    {
        if (panel.Text("link") is not { } link)
            return null;
        if (link.Length > 0 && char.IsAsciiLetter(link[0]) && !link.Contains(':'))
            return link;
        panel.Report("link", $"`{link}` is no address of this program.", "Write it without a slash in front, e.g. `logs?saved=errors`.");
        return null;
    }

    List<PanelQuery> ReadQueries(YamlMap panel)
    {
        var queries = new List<PanelQuery>();
        foreach (var entry in panel.Maps("queries"))
        {
            queries.Add(new(entry.Expression("expr", syntax), entry.Text("legend"), entry.Choice<Unit>("unit")));
            entry.RejectUnknownKeys();
        }
        return queries;
    }

    static List<ChartLine> ReadLines(YamlMap panel)
    {
        var lines = new List<ChartLine>();
        foreach (var entry in panel.Maps("lines"))
        {
            var kind = entry.Required("kind").Length > 0 ? entry.Choice<LineKind>("kind") : null;
            var value = entry.Required("value").Length > 0 ? entry.Number("value") : null;
            var text = entry.Required("text");
            entry.RejectUnknownKeys();
            if (kind is { } known && value is { } at)
                lines.Add(new(known, at, text));
        }
        return lines;
    }
}
