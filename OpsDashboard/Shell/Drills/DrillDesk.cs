using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Runbooks;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Storage;

namespace OpsDashboard.Shell.Drills;

/// <summary>Starts and ends drills. Only what is simulated can be drilled: the fault goes to the simulator and nowhere else. Thread-safe.</summary>
public sealed class DrillDesk(OpsContextFactory contexts, FaultDesk faults, IAuditLog audit, LiveBus bus, TimeProvider clock) : IDrills
{
    const int MostListed = 200;

    /// <summary>Under it one start after the other looks whether a drill runs, of whatever process.</summary>
    const long StartLock = 0x4f50_5344_5249_4c31;

    /// <summary>Breaks a simulated system and begins to count.</summary>
    /// <exception cref="AccessDeniedException">The actor may not break it, or not run runbooks there.</exception>
    /// <exception cref="InvalidInputException">There is no such fault, or a drill runs there already.</exception>
    /// <exception cref="NotFoundException">There is no such simulated system.</exception>
    public async Task<Drill> StartAsync(Actor actor, string systemId, string fault, CancellationToken stop)
    {
        actor.Demand(Permission.InjectFaults, systemId);
        actor.Demand(Permission.RunRunbooks, systemId);
        await using var context = contexts.CreateDbContext();
        if (await RunningAsync(context, systemId, stop) is not null)
            throw new InvalidInputException("system", "has a drill already.");
        await faults.InjectAsync(actor, systemId, new(fault, Drill.Longest.TotalSeconds), stop);
        var drill = new Drill { Id = clock.NewId(), SystemId = systemId, Fault = fault, StartedBy = actor.Id, StartedAt = clock.Now() };
        Drill? faster = null;
        try
        {
            faster = await AddAsync(actor, context, drill, stop);
        }
        catch
        {
            await faults.EndAsync(actor, systemId, fault, CancellationToken.None);
            throw;
        }
        if (faster is not null)
        {
            // The same fault is the other drill's, which goes on.
            if (faster.Fault != fault)
                await faults.EndAsync(actor, systemId, fault, CancellationToken.None);
            throw new InvalidInputException("system", "has a drill already.");
        }
        bus.Publish(new DrillChanged(drill.Id));
        return drill;
    }

    /// <returns>The drill of a press that was faster; null: this one was added.</returns>
    async Task<Drill?> AddAsync(Actor actor, OpsContext context, Drill drill, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        if (contexts.Options.Provider == StorageProvider.Postgres)
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({StartLock})", stop);
        if (await RunningAsync(context, drill.SystemId, stop) is { } faster)
            return faster;
        context.Add(drill);
        await audit.CommitAsync(context, new(actor, "drill.started", $"system/{drill.SystemId}", Particulars: new Dictionary<string, object?> { ["drill"] = drill.Id, ["fault"] = drill.Fault }), stop);
        return null;
    }

    static Task<Drill?> RunningAsync(OpsContext context, string systemId, CancellationToken stop) =>
        context.Set<Drill>().AsNoTracking().FirstOrDefaultAsync(one => one.SystemId == systemId && one.State == DrillState.Running, stop);

    /// <summary>Ends a drill and its fault.</summary>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="NotFoundException">There is no such drill, or not for this actor.</exception>
    /// <exception cref="StaleVersionException">It is over.</exception>
    public async Task<Drill> AbandonAsync(Actor actor, Guid id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var drill = await context.Set<Drill>().FirstOrDefaultAsync(one => one.Id == id, stop);
        if (drill is null || !actor.May(Permission.ReadRunbooks, drill.SystemId))
            throw new NotFoundException($"drill {id}");
        actor.Demand(Permission.InjectFaults, drill.SystemId);
        if (drill.IsOver)
            throw new StaleVersionException(drill.Version, drill.Version);
        (drill.State, drill.EndedAt) = (DrillState.Abandoned, clock.Now());
        try
        {
            await audit.CommitAsync(context, new(actor, "drill.abandoned", $"system/{drill.SystemId}", Particulars: new Dictionary<string, object?> { ["drill"] = id }), stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new StaleVersionException(drill.Version, drill.Version + 1);
        }
        await faults.EndAsync(actor, drill.SystemId, drill.Fault, stop);
        bus.Publish(new DrillChanged(id));
        return drill;
    }

    /// <summary>The latest first, only of systems that the actor may read.</summary>
    /// <exception cref="AccessDeniedException" />
    public async Task<IReadOnlyList<Drill>> ListAsync(Actor actor, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            actor.Demand(Permission.ReadRunbooks);
        await using var context = contexts.CreateDbContext();
        var drills = await context.Set<Drill>().AsNoTracking().OrderByDescending(drill => drill.StartedAt).Take(MostListed).ToListAsync(stop);
        return [.. drills.Where(drill => actor.May(Permission.ReadRunbooks, drill.SystemId))];
    }

    async Task<DateTimeOffset?> IDrills.LastAsync(string runbookId, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<Drill>().AsNoTracking().Where(drill => drill.RunbookId == runbookId && drill.State == DrillState.Passed).MaxAsync(drill => (DateTimeOffset?)drill.StartedAt, stop);
    }

    async Task<bool> IDrills.IsRunningAsync(string systemId, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<Drill>().AnyAsync(drill => drill.SystemId == systemId && drill.State == DrillState.Running, stop);
    }
}
