using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Shell.Faults;

/// <summary>
/// Breaks simulated systems and mends them. Every method authorizes; what changes something is in the audit log before it happens, and again
/// when it then failed. Thread-safe.
/// </summary>
/// <param name="reload">Reads the catalogue anew.</param>
public sealed class FaultDesk(SimulatorLink link, IAuditLog audit, LeftOutSystems leftOut, Func<CancellationToken, Task> reload)
{
    public bool HasSimulator => link.IsThere;

    /// <summary>The simulated systems that the actor may break.</summary>
    public async Task<SimulatorState> ReadAsync(Actor actor, CancellationToken stop)
    {
        DemandAnywhere(actor);
        if (!link.IsThere)
            return SimulatorState.None;
        var state = await link.ReadAsync(stop);
        return state with { Systems = [.. state.Systems.Where(system => actor.May(Permission.InjectFaults, system.Id))] };
    }

    public async Task<IReadOnlyList<FaultState>> FaultsAsync(Actor actor, string system, CancellationToken stop)
    {
        actor.Demand(Permission.InjectFaults, system);
        return await link.FaultsAsync(system, stop);
    }

    /// <exception cref="InvalidInputException">The values are not accepted.</exception>
    public async Task<IReadOnlyList<FaultState>> InjectAsync(Actor actor, string system, FaultRequest request, CancellationToken stop)
    {
        actor.Demand(Permission.InjectFaults, system);
        await CheckAsync(system, request, stop);
        var particulars = new Dictionary<string, object?> { ["kind"] = request.Kind, ["seconds"] = request.Seconds, ["value"] = request.Value };
        return await DoAsync(new(actor, "fault.injected", $"system/{system}", Particulars: particulars), () => link.InjectAsync(system, request, stop), stop);
    }

    /// <param name="kind">Null ends all.</param>
    public async Task<IReadOnlyList<FaultState>> EndAsync(Actor actor, string system, string? kind, CancellationToken stop)
    {
        actor.Demand(Permission.InjectFaults, system);
        await link.FaultsAsync(system, stop);
        var particulars = new Dictionary<string, object?> { ["kind"] = kind ?? "all" };
        return await DoAsync(new(actor, "fault.ended", $"system/{system}", Particulars: particulars), () => link.EndAsync(system, kind, stop), stop);
    }

    public async Task<SimulatedState> RestartAsync(Actor actor, string system, CancellationToken stop)
    {
        actor.Demand(Permission.InjectFaults, system);
        await link.FaultsAsync(system, stop);
        return await DoAsync(new(actor, "simulated_system.restarted", $"system/{system}"), () => link.RestartAsync(system, stop), stop);
    }

    /// <summary>Stops the simulated systems and takes them out of the catalogue, or brings both back. Holds over restarts.</summary>
    public async Task SwitchAsync(Actor actor, bool on, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        var systems = (await link.ReadAsync(stop)).Systems.Select(system => system.Id).ToArray();
        // taken out first: what is stopped on purpose must not raise an alarm
        if (!on)
            await leftOut.AddAsync(actor, systems, stop);
        await DoAsync(new(actor, on ? "demo.restored" : "demo.removed", "simulator"), () => link.SwitchAsync(on, stop), stop);
        if (on)
            await leftOut.RemoveAsync(actor, systems, stop);
        await reload(stop);
    }

    async Task CheckAsync(string system, FaultRequest request, CancellationToken stop)
    {
        var state = await link.ReadAsync(stop);
        var known = state.Systems.FirstOrDefault(known => known.Id == system) ?? throw new NotFoundException("such simulated system");
        InvalidInputException.ThrowIfAny([.. request.Problems([.. state.Kinds.Where(kind => known.Kinds.Contains(kind.Kind))])]);
    }

    async Task<T> DoAsync<T>(AuditRecord record, Func<Task<T>> act, CancellationToken stop)
    {
        await audit.AppendAsync(record, stop);
        try
        {
            return await act();
        }
        catch (Exception error)
        {
            var particulars = new Dictionary<string, object?>(record.Particulars ?? new Dictionary<string, object?>()) { ["error"] = error.Message };
            await audit.AppendAsync(record with { Outcome = AuditOutcome.Failed, Particulars = particulars }, CancellationToken.None);
            throw;
        }
    }

    static void DemandAnywhere(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.InjectFaults))
            actor.Demand(Permission.InjectFaults);
    }
}
