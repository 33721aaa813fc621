using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;

namespace OpsDashboard.Shell.Systems;

/// <summary><c>/api/systems</c>: what a team runs, with its health. Stands here because the catalogue does not know alerts.</summary>
static class SystemsApi
{
    public static void MapSystems(this WebApplication app)
    {
        var api = app.MapGroup("/api/systems").WithTags("systems").RequirePermission(Permission.ReadSystems);
        api.MapGet("", ListAsync).WithSummary("The systems that you may see, worst first.");
        api.MapGet("/{id}", ReadAsync).WithSummary("One system with its components, their health and what makes it worse than ok.");
    }

    static async Task<IResult> ListAsync(ICatalogue catalogue, IHealth health, ICurrentActor current, PageRequest page)
    {
        var actor = await current.GetAsync();
        var states = health.Current.Systems.ToDictionary(system => system.SystemId);
        var visible = catalogue.Current.Systems.Where(system => actor.May(Permission.ReadSystems, system.Id))
            .OrderBy(system => states.TryGetValue(system.Id, out var state) ? state.State.Health : Health.Unknown).ThenBy(system => system.Name, StringComparer.Ordinal);
        var cut = page.Of(visible, system => system.Id);
        return Results.Json(new Page<object>([.. cut.Items.Select(system => Describe(system, states.GetValueOrDefault(system.Id)))], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(string id, ICatalogue catalogue, IHealth health, ICurrentActor current)
    {
        var actor = await current.GetAsync();
        if (catalogue.Current.Find(id) is not { } system || !actor.May(Permission.ReadSystems, id))
            throw new NotFoundException($"system {id}");
        return Results.Json(Describe(system, health.Current.Systems.FirstOrDefault(state => state.SystemId == id)), Json.Options);
    }

    // Between a reload and the next evaluation a system has no state yet: unknown, never ok.
    static object Describe(MonitoredSystem system, SystemHealth? health) => new
    {
        system.Id,
        system.Name,
        system.Short,
        system.Description,
        Health = health?.State.Health ?? Health.Unknown,
        Reason = health?.State.Reason ?? "Not evaluated yet",
        health?.State.Since,
        health?.State.Owner,
        Causes = (health?.Causes ?? []).Select(cause => new { cause.ComponentId, cause.State.Health, cause.State.Reason, cause.State.Since, cause.State.Owner }),
        Components = system.Components.Select(component => Describe(component, health?.Components.GetValueOrDefault(component.Id))),
        Targets = system.Targets.Count,
        system.Contacts,
        system.Links,
        system.Words,
    };

    static object Describe(SystemComponent component, HealthState? state) => new
    {
        component.Id,
        component.Name,
        component.Kind,
        component.Group,
        component.DependsOn,
        Health = state?.Health ?? Health.Unknown,
        Reason = state?.Reason ?? "Not evaluated yet",
        state?.Since,
    };
}
