using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.External;

/// <summary>An alert as another Prometheus sends it.</summary>
/// <param name="EndsAt">Until when it holds unless it is sent again; in the past: it ended. Null: the routing's resolve_timeout from now on.</param>
sealed record PostedAlert(IReadOnlyDictionary<string, string>? Labels, IReadOnlyDictionary<string, string>? Annotations = null, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null, string? GeneratorURL = null);

/// <summary>Takes alerts that another Prometheus evaluates. They are kept, shown and routed as our own; nothing is acknowledged that is not stored. Thread-safe.</summary>
sealed class ExternalAlerts(AlertBook book, AlertStore store, OpsContextFactory contexts, ICatalogue catalogue, LiveBus bus, IReplicaChannel replicas, TimeProvider clock)
{
    public const int MostAlerts = 10_000;
    const int MostBytes = 10_240, MostExpired = 1000;

    readonly SemaphoreSlim turn = new(1, 1);

    /// <exception cref="InvalidInputException">An alert cannot be taken; none was.</exception>
    /// <exception cref="AccessDeniedException">The actor may not send alerts of one of the systems; none was taken.</exception>
    public async Task TakeAsync(Actor actor, IReadOnlyList<PostedAlert> posted, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.SendAlerts))
            actor.Demand(Permission.SendAlerts);
        var labels = Check(posted);
        foreach (var system in labels.Select(one => one["system"]).Distinct())
            actor.Demand(Permission.SendAlerts, system);
        await turn.WaitAsync(stop);
        try
        {
            await TakeInTurnAsync(posted, labels, stop);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends what was not sent again in time.</summary>
    public async Task ExpireAsync(CancellationToken stop)
    {
        var now = clock.Now();
        await using var context = contexts.CreateDbContext();
        var over = await context.Set<ExternalAlert>().AsNoTracking().Where(one => one.EndsAt <= now).OrderBy(one => one.EndsAt).Take(MostExpired).ToListAsync(stop);
        if (over.Count == 0)
            return;
        var alerts = await store.FindAsync([.. over.Select(one => one.AlertId)], stop);
        var ends = over.ToDictionary(one => one.AlertId, one => one.EndsAt);
        await SaveAsync([.. alerts.Where(alert => alert.IsOpen).Select(alert => End(alert, ends[alert.Id], now))], [], stop);
        var ids = over.Select(one => one.AlertId).ToArray();
        await context.Set<ExternalAlert>().Where(one => ids.Contains(one.AlertId) && one.EndsAt <= now).ExecuteDeleteAsync(stop);
    }

    async Task TakeInTurnAsync(IReadOnlyList<PostedAlert> posted, List<Labels> labels, CancellationToken stop)
    {
        var now = clock.Now();
        var timeout = RoutingTable.Of(catalogue.Current).ResolveTimeout;
        var open = book.Current.Where(alert => alert.Origin == AlertOrigin.External && alert.IsOpen).ToDictionary(alert => alert.Fingerprint);
        var (changes, refreshed, ends) = (new List<AlertChange>(), new List<Alert>(), new Dictionary<Guid, DateTimeOffset>());
        // Of the same alert twice in one post the last counts.
        foreach (var (one, identity) in posted.Zip(labels).Reverse().DistinctBy(pair => pair.Second.Fingerprint).Reverse())
        {
            var until = Cut(one.EndsAt ?? now + timeout);
            var known = open.GetValueOrDefault(identity.Fingerprint);
            if (until <= now)
            {
                if (known is not null)
                    changes.Add(End(known, until, now));
                continue;
            }
            var alert = (known ?? New(one, identity, now)) with { Annotations = one.Annotations ?? new Dictionary<string, string>(), GeneratorUrl = one.GeneratorURL ?? "" };
            ends[alert.Id] = until;
            if (known is null)
                changes.Add(new(AlertState.Inactive, alert, now));
            else
                refreshed.Add(alert);
        }
        await SaveAsync(changes, refreshed, stop);
        await KeepEndsAsync(ends, now, stop);
    }

    async Task SaveAsync(IReadOnlyList<AlertChange> changes, IReadOnlyList<Alert> refreshed, CancellationToken stop)
    {
        await book.StoreAsync(changes, refreshed, stop);
        if (changes.Count == 0)
            return;
        bus.Publish(new AlertsChanged());
        replicas.Publish(AlertBook.Topic);
    }

    async Task KeepEndsAsync(Dictionary<Guid, DateTimeOffset> ends, DateTimeOffset now, CancellationToken stop)
    {
        if (ends.Count == 0)
            return;
        await using var context = contexts.CreateDbContext();
        var ids = ends.Keys.ToArray();
        var rows = await context.Set<ExternalAlert>().Where(one => ids.Contains(one.AlertId)).ToDictionaryAsync(one => one.AlertId, stop);
        foreach (var (id, until) in ends)
        {
            if (rows.TryGetValue(id, out var row))
                (row.EndsAt, row.UpdatedAt) = (until, now);
            else
                context.Add(new ExternalAlert { AlertId = id, EndsAt = until, UpdatedAt = now });
        }
        await context.SaveChangesAsync(stop);
    }

    static AlertChange End(Alert alert, DateTimeOffset at, DateTimeOffset now) => new(alert.State, alert with { State = AlertState.Resolved, ResolvedAt = at < alert.FiredAt || at > now ? now : at }, now);

    static Alert New(PostedAlert posted, Labels labels, DateTimeOffset now)
    {
        var started = posted.StartsAt is { } given && given < now ? Cut(given) : now;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            RuleId = "",
            Name = labels["alertname"] ?? "alert",
            Labels = labels,
            Fingerprint = labels.Fingerprint,
            Annotations = new Dictionary<string, string>(),
            State = AlertState.Firing,
            Value = double.NaN,
            ValueAtTrigger = double.NaN,
            ActiveAt = started,
            FiredAt = started,
            Origin = AlertOrigin.External,
        };
    }

    static List<Labels> Check(IReadOnlyList<PostedAlert> posted)
    {
        var problems = new List<FieldProblem>();
        if (posted.Count > MostAlerts)
            throw new InvalidInputException("", $"at most {MostAlerts} alerts at once");
        var read = new List<Labels>(posted.Count);
        foreach (var (alert, index) in posted.Select((alert, index) => (alert, index)))
        {
            var kept = (alert.Labels ?? new Dictionary<string, string>()).Where(pair => pair.Value.Length > 0).ToArray();
            if (kept.Length == 0)
                problems.Add(new($"[{index}].labels", "at least one label pair required"));
            foreach (var (name, _) in kept.Where(pair => !YamlMap.IsLabelName(pair.Key)))
                problems.Add(new($"[{index}].labels", $"invalid label name \"{name}\""));
            if (kept.Concat(alert.Annotations ?? new Dictionary<string, string>()).Sum(pair => pair.Key.Length + pair.Value.Length) > MostBytes)
                problems.Add(new($"[{index}]", $"labels and annotations have more than {MostBytes} characters"));
            if (alert is { StartsAt: { } start, EndsAt: { } end } && end < start)
                problems.Add(new($"[{index}]", "start time must be before end time"));
            read.Add(Labels.From(kept.Select(pair => new Label(pair.Key, pair.Value))));
        }
        InvalidInputException.ThrowIfAny(problems);
        return read;
    }

    static DateTimeOffset Cut(DateTimeOffset at) => Instant.FromMicroseconds(Instant.ToMicroseconds(at));
}
