using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell;

/// <summary>Systems and their dashboards in the palette.</summary>
sealed class SystemPalette(ICatalogue catalogue) : IPaletteSource
{
    public IEnumerable<PaletteEntry> Entries(Actor actor)
    {
        foreach (var system in catalogue.Current.Systems.Where(system => actor.May(Permission.ReadSystems, system.Id)))
        {
            yield return new(system.Name, "system", "system", Urls.System(system.Id), $"{system.Short} {system.Id}");
            foreach (var dashboard in system.Document<DashboardDocument>()?.Dashboards ?? [])
                yield return new(dashboard.Title, $"dashboard of {system.Short}", "metrics", Urls.System(system.Id, dashboard.Id), system.Name);
        }
    }
}
