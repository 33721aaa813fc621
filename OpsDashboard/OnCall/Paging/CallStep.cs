using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>Takes one escalation on, as far as it goes at this moment, within a transaction of the caller's. Thread-safe.</summary>
sealed class CallStep(OnCallBook book, ICatalogue catalogue, PageWays ways, TimeProvider clock)
{
    /// <summary>Whether something is to be decided; without the transaction, so it may be a moment old.</summary>
    /// <param name="matter">Null where the alerts are over, and for other matters.</param>
    public bool IsDue(PagingCall call, AlertMatter? matter, IReadOnlyDictionary<Guid, Acknowledgement> taken, DateTimeOffset now)
    {
        var policy = book.Plan.Policies.GetValueOrDefault(call.PolicyId);
        if (policy is null || call.ForgottenAt <= now || call.State.Next(policy)?.At <= now)
            return true;
        if (call.Kind != PagedMatter.AlertKind)
            return false;
        if (matter is null || string.Join(',', matter.Alerts.Select(alert => alert.Id)) != call.Alerts)
            return true;
        var hands = HandsOf(call, matter.Alerts, taken, now);
        return hands is null ? call.AcknowledgedAt is not null : call.AcknowledgedAt != hands.At;
    }

    public async Task TakeAsync(OpsContext context, PagingCall call, AlertMatter? matter, PagingNews news, CancellationToken stop)
    {
        var now = clock.Now();
        var alerts = matter is null ? [] : await StillFiringAsync(context, matter, stop);
        if (book.Plan.Policies.GetValueOrDefault(call.PolicyId) is not { } policy)
        {
            await EndAsync(context, call, "its policy is no longer in oncall.yml", now, stop);
            return;
        }
        if (call.Kind == PagedMatter.AlertKind)
        {
            if (alerts.Count == 0)
            {
                await EndAsync(context, call, matter is null ? "over, silenced or explained by another alert" : "over", now, stop);
                return;
            }
            await JoinAsync(context, call, alerts, policy, now, stop);
        }
        if (call.ForgottenAt <= now)
        {
            call.Note = $"{call.AcknowledgedBy} acknowledged and did not say more for {PrometheusDuration.Format(policy.ForgottenAfter)}";
            (call.State, call.AcknowledgedBy) = (call.State.Reopen(now, isVoid: true), null);
        }
        await FollowAsync(context, call, alerts, now, stop);
        await PageAsync(context, call, policy, alerts, news, now, stop);
    }

    static async Task EndAsync(OpsContext context, PagingCall call, string why, DateTimeOffset now, CancellationToken stop)
    {
        (call.State, call.Note) = (call.State.Stop(now), why);
        await WithdrawnPages.AddAsync(context, call.Id, why, stop);
    }

    static async Task<IReadOnlyList<Alert>> StillFiringAsync(OpsContext context, AlertMatter matter, CancellationToken stop)
    {
        var ids = matter.Alerts.Select(alert => alert.Id).ToArray();
        var firing = (await context.Set<StoredAlert>().Where(alert => ids.Contains(alert.Id) && alert.State == AlertState.Firing).Select(alert => alert.Id).ToListAsync(stop)).ToHashSet();
        return [.. matter.Alerts.Where(alert => firing.Contains(alert.Id))];
    }

    // The alerts' own acknowledgements are the truth; here is what follows from them.
    static async Task JoinAsync(OpsContext context, PagingCall call, IReadOnlyList<Alert> alerts, EscalationPolicy policy, DateTimeOffset now, CancellationToken stop)
    {
        var ids = string.Join(',', alerts.Select(alert => alert.Id));
        if (call.Alerts != ids)
            (call.Alerts, call.Sentence, call.Severity) = (ids, PagingCall.Cut(alerts.Count == 1 ? alerts[0].Summary : $"{alerts[0].Summary} and {alerts.Count - 1} more"), alerts[0].Severity);
        var hands = HandsOf(call, alerts, await PagingRound.TakenAsync(context, stop), now);
        if (hands is null && call.AcknowledgedAt is not null)
        {
            call.Note = "nobody has all of it in hand any more";
            (call.State, call.AcknowledgedBy) = (call.State.Reopen(now, isVoid: false), null);
        }
        else if (hands is not null && call.AcknowledgedAt != hands.At)
        {
            call.State = call.State.Acknowledge(hands.At, hands.IsTimed ? null : hands.At + policy.ForgottenAfter);
            (call.AcknowledgedBy, call.Note) = (hands.Name, "");
            await WithdrawnPages.AddAsync(context, call.Id, $"{hands.Name} acknowledged", stop);
        }
    }

    /// <param name="IsTimed">They end by themselves, at a time that was chosen.</param>
    sealed record Hands(string Name, DateTimeOffset At, bool IsTimed);

    /// <summary>Who has all of the alerts in hand; null where one is free.</summary>
    static Hands? HandsOf(PagingCall call, IReadOnlyList<Alert> alerts, IReadOnlyDictionary<Guid, Acknowledgement> taken, DateTimeOffset now)
    {
        Acknowledgement? last = null;
        var isTimed = true;
        foreach (var alert in alerts)
        {
            if (!taken.TryGetValue(alert.Id, out var by) || !by.HoldsAt(now) || by.At <= call.VoidUntil)
                return null;
            isTimed &= by.Until is not null;
            if (last is null || by.At > last.At)
                last = by;
        }
        return last is null ? null : new(last.OwnerName, last.At, isTimed);
    }

    async Task FollowAsync(OpsContext context, PagingCall call, IReadOnlyList<Alert> alerts, DateTimeOffset now, CancellationToken stop)
    {
        var open = await context.Set<SentPage>().Where(page => page.CallId == call.Id && page.State == PageState.OnItsWay).ToListAsync(stop);
        if (open.Count == 0)
            return;
        // Acknowledged at this very look.
        open.RemoveAll(page => page.State != PageState.OnItsWay);
        var ids = open.Select(page => page.NotificationId).OfType<Guid>().ToArray();
        var deliveries = (await context.Set<Delivery>().AsNoTracking().Where(delivery => ids.Contains(delivery.NotificationId)).ToListAsync(stop)).ToLookup(delivery => delivery.NotificationId);
        var (table, plan) = (RoutingTable.Of(catalogue.Current), book.Plan);
        foreach (var page in open)
        {
            if (!PageWays.Follow(page, [.. deliveries[page.NotificationId ?? default]], now))
                continue;
            if (plan.People.TryGetValue(page.PersonId, out var person))
                await ways.CarryAsync(context, table, page, PageText.Of(call, person, alerts, clock), call.SystemId, now, stop);
            else
                (page.State, page.Detail) = (PageState.Failed, $"{page.Detail}; is no longer in oncall.yml");
        }
    }

    async Task PageAsync(OpsContext context, PagingCall call, EscalationPolicy policy, IReadOnlyList<Alert> alerts, PagingNews news, DateTimeOffset now, CancellationToken stop)
    {
        for (var rest = policy.Levels.Count + 1; rest > 0; rest--)
        {
            if (call.State.Next(policy) is { } slot && slot.At <= now)
            {
                await SendAsync(context, call, policy, slot, alerts, news, now, stop);
                call.State = call.State.Sent(policy, slot, now);
            }
            if (call.State.Level < 0 || call.AcknowledgedAt is not null || !await IsUnreachedAsync(context, call, stop) || call.State.PassOn(policy, now, isVoid: false) is not { } next)
                return;
            call.Note = $"level {call.State.CurrentLevel + 1} was not reached";
            call.State = next;
        }
    }

    async Task SendAsync(OpsContext context, PagingCall call, EscalationPolicy policy, PageSlot slot, IReadOnlyList<Alert> alerts, PagingNews news, DateTimeOffset now, CancellationToken stop)
    {
        var table = RoutingTable.Of(catalogue.Current);
        var people = book.Plan.Resolve(policy.Levels[slot.Level].Targets, book.Overrides, now);
        if (people.Count == 0)
        {
            context.Add(Page(call, slot, "", "nobody", now, PageState.Failed, $"nobody is on duty: {string.Join(", ", policy.Levels[slot.Level].Targets.Select(book.Plan.NameOf))}"));
            return;
        }
        foreach (var person in people)
        {
            var page = Page(call, slot, person.Id, person.Name, now, PageState.OnItsWay, "");
            context.Add(page);
            await ways.CarryAsync(context, table, page, PageText.Of(call, person, alerts, clock), call.SystemId, now, stop);
            news.Decide(new(call.Id, call.Kind, call.MatterId, call.SystemId, person.Name, slot.Level + 1, now));
        }
    }

    /// <summary>Whether everybody who was paged last was not reached by any method.</summary>
    static async Task<bool> IsUnreachedAsync(OpsContext context, PagingCall call, CancellationToken stop)
    {
        var stored = await context.Set<SentPage>().Where(page => page.CallId == call.Id && page.Leg == call.Leg && page.Level == call.Level && page.Repeat == call.Repeat).ToListAsync(stop);
        var pages = stored.Concat(context.ChangeTracker.Entries<SentPage>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity)
            .Where(page => page.CallId == call.Id && page.Leg == call.Leg && page.Level == call.Level && page.Repeat == call.Repeat)).Distinct().ToArray();
        return pages.Length > 0 && pages.All(page => page.State == PageState.Failed);
    }

    SentPage Page(PagingCall call, PageSlot slot, string personId, string name, DateTimeOffset at, PageState state, string detail) => new()
    {
        Id = clock.NewId(),
        CallId = call.Id,
        Leg = slot.Leg,
        Level = slot.Level,
        Repeat = slot.Repeat,
        PersonId = personId,
        PersonName = name,
        At = at,
        State = state,
        Detail = detail,
    };
}
