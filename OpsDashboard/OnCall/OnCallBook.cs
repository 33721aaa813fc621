using OpsDashboard.Catalogue;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.OnCall.Rotations;

namespace OpsDashboard.OnCall;

/// <param name="Until">When somebody else, or nobody, is; null: nothing changes within six weeks, or the level names persons.</param>
/// <param name="Then">Who comes next; null: nobody, or nothing changes.</param>
/// <param name="Schedule">The schedule that says so; null: the level names the person or the team itself.</param>
/// <param name="Person">Null: nobody is on duty.</param>
public sealed record OnDuty(Person? Person, DateTimeOffset? Until, Person? Then, Schedule? Schedule, bool IsOverride);

/// <summary>Who is on call for a system: whom the levels of its policy would page at an instant.</summary>
public sealed record SystemOnCall(string SystemId, EscalationPolicy Policy, IReadOnlyList<IReadOnlyList<OnDuty>> Levels)
{
    /// <summary>Who is paged at once.</summary>
    public IReadOnlyList<OnDuty> First => Levels[0];
}

/// <summary>Who is on call when, from the catalogue and the overrides. Thread-safe, no I/O; <see cref="OnCallChanged"/> tells of changes.</summary>
public sealed class OnCallBook(ICatalogue catalogue)
{
    PolicyChoice choice = new(CatalogueSnapshot.Empty);
    volatile IReadOnlyList<ShiftOverride> overrides = [];

    /// <summary>Overrides that end in the future or ended lately.</summary>
    public IReadOnlyList<ShiftOverride> Overrides => overrides;

    public PolicyChoice Choice
    {
        get
        {
            var (known, now) = (Volatile.Read(ref choice), catalogue.Current);
            if (ReferenceEquals(known.Catalogue, now))
                return known;
            Volatile.Write(ref choice, known = new(now));
            return known;
        }
    }

    public OnCallPlan Plan => Choice.Plan;

    /// <summary>Who is on call for a system at an instant; null: the system names no policy.</summary>
    public SystemOnCall? WhoIsOnCall(string systemId, DateTimeOffset at) =>
        Choice.Of(systemId) is { Levels.Count: > 0 } policy ? new(systemId, policy, [.. policy.Levels.Select(level => WhoIs(level.Targets, at))]) : null;

    public IReadOnlyList<OnDuty> WhoIs(IReadOnlyList<PageTarget> targets, DateTimeOffset at) => [.. targets.SelectMany(target => WhoIs(target, at))];

    IEnumerable<OnDuty> WhoIs(PageTarget target, DateTimeOffset at)
    {
        var plan = Plan;
        if (target.Kind != TargetKind.Schedule)
            return plan.Resolve([target], overrides, at).Select(person => new OnDuty(person, null, null, null, false));
        return plan.Schedules.TryGetValue(target.Id, out var schedule) ? [WhoIs(schedule, at)] : [];
    }

    public OnDuty WhoIs(Schedule schedule, DateTimeOffset at)
    {
        var now = schedule.At(at, overrides);
        var next = schedule.After(now, overrides);
        return new(PersonOf(now), next is null ? null : now.To, next is null ? null : PersonOf(next), schedule, now.OverrideId is not null);
    }

    public Person? PersonOf(Duty duty) => duty.PersonId is { } id ? Plan.People.GetValueOrDefault(id) : null;

    internal bool Show(IReadOnlyList<ShiftOverride> now)
    {
        var before = overrides;
        overrides = now;
        return before.Count != now.Count || before.Zip(now).Any(pair => pair.First.Id != pair.Second.Id || pair.First.Version != pair.Second.Version);
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> of every replica when somebody else may be on call.</summary>
public sealed record OnCallChanged;
