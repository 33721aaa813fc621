using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>
/// One look at everything that is paged: what began, what is due, what was acknowledged, what arrived. Each matter is decided in a transaction of its own,
/// in which acknowledgements and ends are read once more and the lease is held: what was decided once is not decided again, whoever goes on after a crash.
/// One process at a time; not thread-safe.
/// </summary>
sealed class PagingRound(AlertMatters matters, OpsContextFactory contexts, Leases leases, ICatalogue catalogue, CallStep step, TimeProvider clock)
{
    public const string Lease = "paging";

    long fence;

    /// <returns>What was paged.</returns>
    /// <exception cref="LeaseLostException">Another process pages now; nothing was written.</exception>
    public async Task<PagingNews> LookAsync(long lease, CancellationToken stop)
    {
        if (lease != fence)
            matters.Restart();
        fence = lease;
        await matters.FollowAsync(stop);
        var wanted = matters.Now(catalogue.Current).ToDictionary(matter => matter.Id);
        var news = new PagingNews();
        List<PagingCall> open;
        HashSet<Guid> underWay;
        Dictionary<Guid, Acknowledgement> taken;
        await using (var reading = contexts.CreateDbContext())
        {
            open = await reading.Set<PagingCall>().AsNoTracking().Where(call => call.StoppedAt == null).OrderBy(call => call.StartedAt).ToListAsync(stop);
            underWay = [.. await reading.Set<SentPage>().Where(page => page.State == PageState.OnItsWay).Select(page => page.CallId).Distinct().ToListAsync(stop)];
            taken = wanted.Count == 0 ? [] : await TakenAsync(reading, stop);
        }
        foreach (var call in open)
        {
            wanted.Remove(call.Kind == PagedMatter.AlertKind ? call.MatterId : "", out var matter);
            if (underWay.Contains(call.Id) || step.IsDue(call, matter, taken, clock.Now()))
                await DecideAsync(call.Id, matter, news, stop);
        }
        foreach (var matter in wanted.Values.Where(matter => matter.Alerts.Any(alert => !IsTaken(alert, taken))))
            await BeginAsync(matter, news, stop);
        return news;
    }

    async Task BeginAsync(AlertMatter matter, PagingNews news, CancellationToken stop)
    {
        var call = PagingCall.Begin(clock.NewId(), matter.Paged, matter.ComponentId, matter.Policy.Id, clock.Now());
        using (await contexts.Gate.EnterAsync(stop))
        {
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            await leases.DemandAsync(context, Lease, fence, stop);
            context.Add(call);
            // Begun and paged at once: nobody is left with a beginning that pages no one.
            await step.TakeAsync(context, call, matter, news, stop);
            // What ended or was taken between the look and here wakes nobody.
            if (call.StoppedAt is not null || call.AcknowledgedAt is not null)
            {
                news.Forget();
                return;
            }
            await context.SaveChangesAsync(stop);
            await transaction.CommitAsync(stop);
        }
        news.IsChanged = true;
        news.Confirm();
    }

    async Task DecideAsync(Guid callId, AlertMatter? matter, PagingNews news, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        await leases.DemandAsync(context, Lease, fence, stop);
        if (await context.Set<PagingCall>().SingleOrDefaultAsync(call => call.Id == callId && call.StoppedAt == null, stop) is not { } call)
            return;
        await step.TakeAsync(context, call, matter, news, stop);
        if (!context.ChangeTracker.HasChanges())
            return;
        try
        {
            await context.SaveChangesAsync(stop);
            await transaction.CommitAsync(stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody acknowledged or passed it on at this moment: the next look, at once, sees it.
            news.IsChanged = true;
            news.Forget();
            return;
        }
        news.IsChanged = true;
        news.Confirm();
    }

    internal static async Task<Dictionary<Guid, Acknowledgement>> TakenAsync(OpsContext context, CancellationToken stop) =>
        await context.Set<Acknowledgement>().AsNoTracking().Where(one => context.Set<StoredAlert>().Any(alert => alert.Id == one.AlertId && alert.State == AlertState.Firing)).ToDictionaryAsync(one => one.AlertId, stop);

    bool IsTaken(Alert alert, Dictionary<Guid, Acknowledgement> taken) => taken.TryGetValue(alert.Id, out var by) && by.HoldsAt(clock.Now());
}

/// <summary>What one look did.</summary>
sealed class PagingNews
{
    readonly List<PageSent> decided = [], sent = [];

    public bool IsChanged { get; set; }

    public IReadOnlyList<PageSent> Sent => sent;

    public void Decide(PageSent page) => decided.Add(page);

    /// <summary>What was decided is committed.</summary>
    public void Confirm()
    {
        sent.AddRange(decided);
        decided.Clear();
    }

    public void Forget() => decided.Clear();
}
