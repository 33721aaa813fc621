using OpsDashboard.Access;

namespace OpsDashboard.Shell.Faults;

/// <summary><c>/api/simulator</c>: what the fault panel does, for scripts.</summary>
public static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/simulator").RequirePermission(Permission.InjectFaults).WithTags("simulator");
        group.MapGet("", async (FaultDesk desk, ICurrentActor current, CancellationToken stop) => await desk.ReadAsync(await current.GetAsync(), stop));
        group.MapGet("/{system}/faults", async (string system, FaultDesk desk, ICurrentActor current, CancellationToken stop) => await desk.FaultsAsync(await current.GetAsync(), system, stop));
        group.MapPost("/{system}/faults", async (string system, FaultRequest request, FaultDesk desk, ICurrentActor current, CancellationToken stop) =>
            Results.Created($"/api/simulator/{Uri.EscapeDataString(system)}/faults", await desk.InjectAsync(await current.GetAsync(), system, request, stop)));
        group.MapDelete("/{system}/faults", async (string system, FaultDesk desk, ICurrentActor current, CancellationToken stop) => await desk.EndAsync(await current.GetAsync(), system, null, stop));
        group.MapDelete("/{system}/faults/{kind}", async (string system, string kind, FaultDesk desk, ICurrentActor current, CancellationToken stop) => await desk.EndAsync(await current.GetAsync(), system, kind, stop));
    }
}
