using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Silences;

/// <summary>
/// Silences: in memory to be asked for every alert, in the database for all replicas. Whoever silences one system needs the right there,
/// whoever leaves the system open needs it for all. Thread-safe.
/// </summary>
public sealed class SilenceBook(AlertBook alerts, OpsContextFactory contexts, IAuditLog audit, LiveBus bus, IReplicaChannel replicas, NotificationOptions options, TimeProvider clock)
{
    internal const string Topic = "silences";

    /// <summary>How long an expired silence stays listed (Alertmanager's data.retention); the database keeps it.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(5);

    volatile IReadOnlyList<Silence> all = [];
    IReadOnlyList<Guid> lastActive = [];

    /// <summary>Those that hold now.</summary>
    public IReadOnlyList<Silence> Active
    {
        get
        {
            var now = clock.GetUtcNow();
            return [.. all.Where(silence => silence.StateAt(now) == SilenceState.Active)];
        }
    }

    /// <summary>Active, pending and lately expired silences that concern a system of the actor's, the latest to end first.</summary>
    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public IReadOnlyList<Silence> Current(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadAlerts))
            actor.Demand(Permission.ReadAlerts);
        return [.. all.Where(silence => MayRead(actor, silence))];
    }

    /// <exception cref="NotFoundException">There is none, or not for this actor.</exception>
    public async Task<Silence> FindAsync(Actor actor, Guid id, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadAlerts))
            actor.Demand(Permission.ReadAlerts);
        var silence = all.FirstOrDefault(one => one.Id == id);
        if (silence is null)
        {
            await using var context = contexts.CreateDbContext();
            silence = (await context.Set<StoredSilence>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, stop))?.ToSilence();
        }
        return silence is not null && MayRead(actor, silence) ? silence : throw new NotFoundException($"silence {id}");
    }

    /// <summary>Which open alerts the matchers match now.</summary>
    /// <exception cref="InvalidInputException">A matcher cannot be read.</exception>
    public SilencePreview Preview(Actor actor, SilenceInput input)
    {
        if (!actor.MayAnywhere(Permission.SilenceAlerts))
            actor.Demand(Permission.SilenceAlerts);
        var problems = new List<FieldProblem>();
        var matchers = input.Read(problems);
        InvalidInputException.ThrowIfAny(problems);
        var matched = alerts.Current.Where(alert => alert.IsOpen && options.Leaving(alert).Labels is var labels && matchers.All(matcher => matcher.Matches(labels))).ToList();
        var readable = matched.Where(alert => AlertQuery.MayRead(actor, alert)).ToList();
        return new(readable, matched.Count - readable.Count);
    }

    /// <exception cref="InvalidInputException" />
    /// <exception cref="AccessDeniedException" />
    public async Task<Silence> CreateAsync(Actor actor, SilenceInput input, CancellationToken stop)
    {
        var now = clock.Now();
        DemandSomewhere(actor);
        var silence = Make(input, input.Validate(now), now, new()
        {
            Id = clock.NewId(),
            Matchers = [],
            StartsAt = now,
            EndsAt = now,
            Reason = "",
            CreatorId = actor.Id,
            CreatorName = actor.Name,
            CreatedAt = now,
            UpdatedAt = now,
            Version = 0,
        });
        actor.Demand(Permission.SilenceAlerts, silence.SystemId);
        await using var context = contexts.CreateDbContext();
        context.Add(StoredSilence.Of(silence));
        await audit.CommitAsync(context, Record(actor, "silence.created", null, silence), stop);
        Show(silence);
        return silence;
    }

    /// <summary>Changes a silence that has not expired.</summary>
    /// <exception cref="InvalidInputException" />
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="StaleVersionException" />
    public Task<Silence> ChangeAsync(Actor actor, Guid id, int version, SilenceInput input, CancellationToken stop) =>
        ChangeAsync(actor, id, version, "silence.changed", (before, now) =>
        {
            if (before.StateAt(now) == SilenceState.Expired)
                throw new InvalidInputException("", "The silence has expired; make a new one.");
            var after = Make(input, input.Validate(now), now, before);
            actor.Demand(Permission.SilenceAlerts, after.SystemId);
            return after;
        }, stop);

    /// <summary>Ends a silence now. One that has ended already stays as it is.</summary>
    /// <exception cref="AccessDeniedException" />
    public Task<Silence> ExpireAsync(Actor actor, Guid id, CancellationToken stop) =>
        ChangeAsync(actor, id, null, "silence.expired", (before, now) => before.StateAt(now) == SilenceState.Expired
            ? before
            : before with { StartsAt = before.StartsAt < now ? before.StartsAt : now, EndsAt = now, UpdatedAt = now }, stop);

    /// <summary>Reads anew what other replicas may have changed.</summary>
    internal async Task LoadAsync(CancellationToken stop)
    {
        var oldest = clock.GetUtcNow() - Retention;
        await using var context = contexts.CreateDbContext();
        var rows = await context.Set<StoredSilence>().AsNoTracking().Where(row => row.EndsAt > oldest).ToListAsync(stop);
        var before = all;
        all = Sort(rows.Select(row => row.ToSilence()));
        if (before.Count != all.Count || before.Zip(all).Any(pair => pair.First.Id != pair.Second.Id || pair.First.Version != pair.Second.Version))
            bus.Publish(new SilencesChanged());
    }

    /// <summary>Tells the pages when one began or ended by the clock.</summary>
    internal void Turn()
    {
        var active = Active.Select(silence => silence.Id).ToArray();
        if (!active.SequenceEqual(lastActive))
            bus.Publish(new SilencesChanged());
        lastActive = active;
    }

    async Task<Silence> ChangeAsync(Actor actor, Guid id, int? version, string action, Func<Silence, DateTimeOffset, Silence> change, CancellationToken stop)
    {
        DemandSomewhere(actor);
        await using var context = contexts.CreateDbContext();
        var row = await context.Set<StoredSilence>().FirstOrDefaultAsync(one => one.Id == id, stop);
        var before = row?.ToSilence();
        if (row is null || before is null || !MayRead(actor, before))
            throw new NotFoundException($"silence {id}");
        actor.Demand(Permission.SilenceAlerts, before.SystemId);
        if (version is { } based && based != row.Version)
            throw new StaleVersionException(based, row.Version);
        var after = change(before, clock.Now());
        if (after == before)
            return before;
        row.Take(after);
        await audit.CommitAsync(context, Record(actor, action, before, after), stop);
        after = after with { Version = row.Version };
        Show(after);
        return after;
    }

    void Show(Silence silence)
    {
        all = Sort(all.Where(one => one.Id != silence.Id).Append(silence));
        bus.Publish(new SilencesChanged());
        replicas.Publish(Topic);
    }

    static IReadOnlyList<Silence> Sort(IEnumerable<Silence> silences) => [.. silences.OrderByDescending(silence => silence.EndsAt).ThenBy(silence => silence.Id)];

    static Silence Make(SilenceInput input, IReadOnlyList<LabelMatcher> matchers, DateTimeOffset now, Silence on) => on with
    {
        Matchers = matchers,
        StartsAt = Cut(input.StartsAt) ?? (on.Matchers.Count > 0 ? on.StartsAt : now),
        EndsAt = Cut(input.EndsAt)!.Value,
        Weekly = input.Weekly,
        Reason = input.Reason!.Trim(),
        Kind = input.Kind,
        UpdatedAt = now,
    };

    static DateTimeOffset? Cut(DateTimeOffset? at) => at is { } value ? Instant.FromMicroseconds(Instant.ToMicroseconds(value)) : null;

    // What it silences is everybody's business who may read one of those alerts.
    static bool MayRead(Actor actor, Silence silence) => silence.SystemId is { } system ? actor.May(Permission.ReadAlerts, system) : actor.MayAnywhere(Permission.ReadAlerts);

    static void DemandSomewhere(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.SilenceAlerts))
            actor.Demand(Permission.SilenceAlerts);
    }

    static AuditRecord Record(Actor actor, string action, Silence? before, Silence after) => new(actor, action, $"silence/{after.Id}", Particulars: new Dictionary<string, object?>
    {
        ["before"] = before is null ? null : Particulars(before),
        ["after"] = Particulars(after),
    });

    static Dictionary<string, object?> Particulars(Silence silence) => new()
    {
        ["matchers"] = silence.Matchers.Select(MatcherText.Write).ToArray(),
        ["startsAt"] = silence.StartsAt.ToString("o"),
        ["endsAt"] = silence.EndsAt.ToString("o"),
        ["weekly"] = silence.Weekly is { } weekly ? $"{string.Join(",", weekly.Days)} {weekly.From:HH:mm}-{weekly.To:HH:mm} {weekly.TimeZone}" : null,
        ["reason"] = silence.Reason,
        ["kind"] = silence.Kind.ToString(),
    };
}
