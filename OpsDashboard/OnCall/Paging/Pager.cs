using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>
/// Starts and stops paging for any matter, and says how it stands. What is said here is stored; the pages go out from <see cref="PagingHost"/> within a
/// moment, in whatever replica pages. Alerts page by themselves. Thread-safe.
/// </summary>
public sealed class Pager(OpsContextFactory contexts, OnCallBook book, IAuditLog audit, LiveBus bus, TimeProvider clock)
{
    const int Attempts = 5, MostPages = 500;

    /// <summary>Begins to page; where it is paged already, nothing changes.</summary>
    /// <returns>False: the system names no policy, and nobody is paged.</returns>
    public async Task<bool> StartAsync(PagedMatter matter, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        if (!await AddAsync(context, matter, stop))
            return false;
        try
        {
            await context.SaveChangesAsync(stop);
        }
        catch (DbUpdateException) when (!stop.IsCancellationRequested)
        {
            // Somebody else began it at the same moment; anything else is thrown on.
            await using var again = contexts.CreateDbContext();
            if (!await Open(again, matter.Kind, matter.Id).AnyAsync(stop))
                throw;
        }
        Wake();
        return true;
    }

    /// <summary>The same within a transaction of the caller's, who saves it and calls <see cref="Wake"/> after the commit.</summary>
    public async Task<bool> AddAsync(OpsContext context, PagedMatter matter, CancellationToken stop)
    {
        var choice = book.Choice;
        var policy = matter.PolicyId is { } named ? choice.Plan.Policies.GetValueOrDefault(named) : choice.Of(matter.SystemId);
        if (policy is null)
            return false;
        if (!await Open(context, matter.Kind, matter.Id).AnyAsync(stop))
            context.Add(PagingCall.Begin(clock.NewId(), matter, null, policy.Id, clock.Now()));
        return true;
    }

    /// <summary>Somebody has it: nothing more is sent, until it counts as forgotten. Alerts are acknowledged as alerts.</summary>
    /// <returns>False: nothing is paged for it.</returns>
    /// <exception cref="AccessDeniedException" />
    public Task<bool> AcknowledgeAsync(Actor actor, string kind, string id, CancellationToken stop) => ChangeAsync(actor, kind, id, "page.acknowledged", (call, policy, at) =>
    {
        call.State = call.State.Acknowledge(at, at + policy.ForgottenAfter);
        (call.AcknowledgedBy, call.Note) = (actor.Name, "");
        return true;
    }, stop);

    /// <summary>Whoever has it cannot: the next level is paged at once.</summary>
    /// <returns>False: nothing is paged for it, or there is no further level.</returns>
    /// <exception cref="AccessDeniedException" />
    public Task<bool> NextLevelAsync(Actor actor, string kind, string id, CancellationToken stop) => ChangeAsync(actor, kind, id, "page.passed_on", (call, policy, at) =>
    {
        if (call.State.PassOn(policy, at) is not { } next)
            return false;
        call.State = next;
        (call.AcknowledgedBy, call.Note) = (null, $"{actor.Name} passed it on");
        return true;
    }, stop);

    /// <summary>It is over: nobody is paged any more. The end of a matter is its own; who asks has authorized it.</summary>
    /// <returns>False: nothing was paged for it.</returns>
    public async Task<bool> StopAsync(string kind, string id, string why, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var found = await StopAsync(context, kind, id, why, stop);
        if (found)
            await context.SaveChangesAsync(stop);
        Wake();
        return found;
    }

    /// <summary>The same within a transaction of the caller's, who saves it and calls <see cref="Wake"/> after the commit.</summary>
    public async Task<bool> StopAsync(OpsContext context, string kind, string id, string why, CancellationToken stop)
    {
        if (await Open(context, kind, id).SingleOrDefaultAsync(stop) is not { } call)
            return false;
        call.State = call.State.Stop(clock.Now());
        call.Note = why;
        await WithdrawnPages.AddAsync(context, call.Id, why, stop);
        return true;
    }

    /// <summary>How the paging of a matter stands, or stood last; null: it was never paged.</summary>
    /// <exception cref="AccessDeniedException" />
    public async Task<PagingReport?> FindAsync(Actor actor, string kind, string id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var call = await context.Set<PagingCall>().AsNoTracking().Where(call => call.Kind == kind && call.MatterId == id).OrderByDescending(call => call.StartedAt).FirstOrDefaultAsync(stop);
        return call is null ? null : await ReportAsync(context, actor, call, stop);
    }

    /// <summary>The paging that an alert takes part in, or took part in last; null: nobody was paged for it.</summary>
    /// <exception cref="AccessDeniedException" />
    public async Task<PagingReport?> OfAlertAsync(Actor actor, Guid alertId, CancellationToken stop)
    {
        var text = alertId.ToString();
        await using var context = contexts.CreateDbContext();
        var call = await context.Set<PagingCall>().AsNoTracking().Where(call => call.Kind == PagedMatter.AlertKind && call.Alerts.Contains(text)).OrderByDescending(call => call.StartedAt).FirstOrDefaultAsync(stop);
        return call is null ? null : await ReportAsync(context, actor, call, stop);
    }

    /// <summary>What is paged now, the oldest first; only of systems that the actor may read.</summary>
    public async Task<IReadOnlyList<PagingReport>> OpenAsync(Actor actor, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var calls = (await context.Set<PagingCall>().AsNoTracking().Where(call => call.StoppedAt == null).OrderBy(call => call.StartedAt).ToListAsync(stop)).Where(call => actor.May(Permission.ReadOnCall, call.SystemId));
        var reports = new List<PagingReport>();
        foreach (var call in calls)
            reports.Add(await ReportAsync(context, actor, call, stop));
        return reports;
    }

    /// <summary>Has the pages of what was just stored go out now.</summary>
    public void Wake() => bus.Publish(new PagingWanted());

    async Task<PagingReport> ReportAsync(OpsContext context, Actor actor, PagingCall call, CancellationToken stop)
    {
        actor.Demand(Permission.ReadOnCall, call.SystemId);
        var pages = await context.Set<SentPage>().AsNoTracking().Where(page => page.CallId == call.Id).OrderBy(page => page.At).ThenBy(page => page.Id).Take(MostPages).ToListAsync(stop);
        return PagingReport.Of(call, pages, book);
    }

    async Task<bool> ChangeAsync(Actor actor, string kind, string id, string action, Func<PagingCall, EscalationPolicy, DateTimeOffset, bool> change, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var permit = await contexts.Gate.EnterAsync(stop);
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            if (await Open(context, kind, id).SingleOrDefaultAsync(stop) is not { } call)
            {
                if (!actor.MayAnywhere(Permission.AcknowledgeAlerts))
                    actor.Demand(Permission.AcknowledgeAlerts);
                return false;
            }
            actor.Demand(Permission.AcknowledgeAlerts, call.SystemId);
            if (book.Plan.Policies.GetValueOrDefault(call.PolicyId) is not { } policy || !change(call, policy, clock.Now()))
                return false;
            await WithdrawnPages.AddAsync(context, call.Id, call.AcknowledgedBy is { } by ? $"{by} acknowledged" : call.Note, stop);
            try
            {
                await audit.CommitAsync(context, new(actor, action, $"{kind}/{id}", Particulars: new Dictionary<string, object?> { ["system"] = call.SystemId, ["policy"] = policy.Id, ["level"] = call.State.CurrentLevel + 1 }), stop);
                break;
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                // A page went out at the same moment; what it left is read anew.
            }
        }
        Wake();
        return true;
    }

    static IQueryable<PagingCall> Open(OpsContext context, string kind, string id) => context.Set<PagingCall>().Where(call => call.Kind == kind && call.MatterId == id && call.StoppedAt == null);
}

/// <summary>Published on the <see cref="LiveBus"/> when something was stored that the pager has to look at.</summary>
sealed record PagingWanted;
