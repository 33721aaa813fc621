using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Rotations;

/// <summary>Arranges who takes whose time. A responder takes one over; a commander arranges it for others. Thread-safe.</summary>
public sealed class ShiftBook(OpsContextFactory contexts, OnCallBook book, OwnPerson own, IAuditLog audit, LiveBus bus, IReplicaChannel replicas, TimeProvider clock)
{
    /// <summary>What ended longer ago is kept in the audit log alone.</summary>
    static readonly TimeSpan Shown = TimeSpan.FromDays(60);

    /// <summary>As many at once: each is looked at whenever somebody asks who is on call.</summary>
    const int MostOverrides = 2000;

    /// <exception cref="InvalidInputException" />
    /// <exception cref="AccessDeniedException" />
    public async Task<ShiftOverride> CreateAsync(Actor actor, OverrideInput input, CancellationToken stop)
    {
        DemandSomewhere(actor);
        var self = await own.OfAsync(actor, stop);
        var (schedule, person, from, to) = input.Validate(book.Plan, self, clock.Now());
        Demand(actor, schedule, person, self);
        if (book.Overrides.Count >= MostOverrides)
            throw new InvalidInputException("", $"There are {MostOverrides:N0} overrides already; take some back first.");
        var made = new ShiftOverride { Id = clock.NewId(), ScheduleId = schedule.Id, PersonId = person.Id, From = from, To = to, Reason = input.Reason?.Trim() ?? "", MadeBy = actor.Name, MadeAt = clock.Now() };
        await using var context = contexts.CreateDbContext();
        context.Add(made);
        await audit.CommitAsync(context, Record(actor, "shift.taken", made), stop);
        await ShowAsync(stop);
        return made;
    }

    /// <exception cref="NotFoundException" />
    /// <exception cref="InvalidInputException" />
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="StaleVersionException" />
    public async Task<ShiftOverride> ChangeAsync(Actor actor, Guid id, int version, OverrideInput input, CancellationToken stop)
    {
        DemandSomewhere(actor);
        await using var context = contexts.CreateDbContext();
        var row = await FindAsync(context, id, stop);
        var self = await own.OfAsync(actor, stop);
        var (schedule, person, from, to) = (input with { Schedule = row.ScheduleId }).Validate(book.Plan, self, clock.Now());
        Demand(actor, schedule, person, self);
        DemandOwn(actor, row, self);
        if (version != row.Version)
            throw new StaleVersionException(version, row.Version);
        (row.PersonId, row.From, row.To, row.Reason) = (person.Id, from, to, input.Reason?.Trim() ?? row.Reason);
        await audit.CommitAsync(context, Record(actor, "shift.changed", row), stop);
        await ShowAsync(stop);
        return row;
    }

    /// <summary>Takes an override back: the rotation counts again.</summary>
    /// <param name="version">Null: whatever it is now.</param>
    /// <exception cref="NotFoundException" />
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="StaleVersionException" />
    public async Task RemoveAsync(Actor actor, Guid id, int? version, CancellationToken stop)
    {
        DemandSomewhere(actor);
        await using var context = contexts.CreateDbContext();
        var row = await FindAsync(context, id, stop);
        DemandOwn(actor, row, await own.OfAsync(actor, stop));
        if (version is { } based && based != row.Version)
            throw new StaleVersionException(based, row.Version);
        context.Remove(row);
        await audit.CommitAsync(context, Record(actor, "shift.given_back", row), stop);
        await ShowAsync(stop);
    }

    /// <exception cref="NotFoundException" />
    public async Task<ShiftOverride> FindAsync(Guid id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await FindAsync(context, id, stop);
    }

    /// <summary>Whether the actor may put the person there.</summary>
    public bool MayArrange(Actor actor, Schedule schedule, Person person, Person? self) =>
        May(actor, Permission.PlanShifts, schedule) || (self?.Id == person.Id && May(actor, Permission.TakeShifts, schedule));

    /// <summary>Whether the actor may take the override back or change it.</summary>
    public bool MayChange(Actor actor, ShiftOverride one, Person? self) =>
        book.Plan.Schedules.TryGetValue(one.ScheduleId, out var schedule) ? May(actor, Permission.PlanShifts, schedule) || (self?.Id == one.PersonId && May(actor, Permission.TakeShifts, schedule)) : actor.May(Permission.PlanShifts);

    /// <summary>Reads anew what other replicas may have changed.</summary>
    internal async Task LoadAsync(CancellationToken stop)
    {
        var oldest = clock.Now() - Shown;
        await using var context = contexts.CreateDbContext();
        if (book.Show(await context.Set<ShiftOverride>().AsNoTracking().Where(one => one.To > oldest).OrderBy(one => one.From).ThenBy(one => one.Id).ToListAsync(stop)))
            bus.Publish(new OnCallChanged());
    }

    async Task ShowAsync(CancellationToken stop)
    {
        await LoadAsync(stop);
        replicas.Publish(PagingHost.Topic);
    }

    static async Task<ShiftOverride> FindAsync(OpsContext context, Guid id, CancellationToken stop) =>
        await context.Set<ShiftOverride>().SingleOrDefaultAsync(one => one.Id == id, stop) ?? throw new NotFoundException($"override {id}");

    void Demand(Actor actor, Schedule schedule, Person person, Person? self)
    {
        if (!MayArrange(actor, schedule, person, self))
            Refuse(actor, self?.Id == person.Id ? Permission.TakeShifts : Permission.PlanShifts, schedule);
    }

    void DemandOwn(Actor actor, ShiftOverride one, Person? self)
    {
        if (!MayChange(actor, one, self))
            Refuse(actor, Permission.PlanShifts, book.Plan.Schedules.GetValueOrDefault(one.ScheduleId));
    }

    void Refuse(Actor actor, Permission permission, Schedule? schedule) =>
        actor.Demand(permission, schedule is null ? null : SystemsOf(schedule).FirstOrDefault(system => !actor.May(permission, system)));

    // A schedule belongs to every system whose policies page it; one that nobody uses yet belongs to all.
    bool May(Actor actor, Permission permission, Schedule schedule) =>
        actor.May(permission) || (SystemsOf(schedule) is { Count: > 0 } systems && systems.All(system => actor.May(permission, system)));

    List<string> SystemsOf(Schedule schedule)
    {
        var choice = book.Choice;
        return [.. choice.Catalogue.Systems.Select(system => system.Id).Where(system => choice.All(system).Any(policy => policy.Levels.Any(level => level.Targets.Any(target => target.Kind == TargetKind.Schedule && target.Id == schedule.Id))))];
    }

    static void DemandSomewhere(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.TakeShifts))
            actor.Demand(Permission.TakeShifts);
    }

    static AuditRecord Record(Actor actor, string action, ShiftOverride one) => new(actor, action, $"schedule/{one.ScheduleId}", Particulars: new Dictionary<string, object?>
    {
        ["override"] = one.Id,
        ["person"] = one.PersonId,
        ["from"] = one.From.ToString("o"),
        ["to"] = one.To.ToString("o"),
        ["reason"] = one.Reason,
    });
}
