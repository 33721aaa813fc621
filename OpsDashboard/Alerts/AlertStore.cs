using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts;

/// <summary>Another process evaluates the rules now; what this one found out no longer counts.</summary>
public sealed class EvaluatorReplacedException() : Exception("Another process has taken over the evaluation of the rules.");

/// <param name="RuleId">Null: any rule.</param>
/// <param name="Fingerprint">Null: any label set.</param>
/// <param name="Systems">Null: alerts of every system and those of none.</param>
public sealed record AlertHistoryFilter(string? RuleId = null, ulong? Fingerprint = null, IReadOnlyCollection<string>? Systems = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>
/// Alerts and their transitions in the database. Authorizes nobody: pages and endpoints ask <see cref="AlertQuery"/>. Thread-safe.
/// Writers of all replicas take turns, so that <see cref="AlertTransition.Sequence"/> rises in the order of the commits and a cursor misses none.
/// </summary>
public sealed class AlertStore(OpsContextFactory contexts)
{
    const long WriterLock = 0x4f50_5341_4c52_5431;

    /// <summary>Stores alerts and transitions together or not at all.</summary>
    /// <param name="epoch">The evaluator's; null for what comes from elsewhere.</param>
    /// <exception cref="EvaluatorReplacedException">Another process evaluates with a later epoch; nothing was stored.</exception>
    public Task SaveAsync(IReadOnlyList<AlertChange> changes, long? epoch, CancellationToken stop) =>
        InTurnAsync(async context =>
        {
            if (epoch is { } own && await context.Set<EvaluatorEpoch>().AnyAsync(row => row.Epoch > own, stop))
                throw new EvaluatorReplacedException();
            var ids = changes.Select(change => change.Now.Id).Distinct().ToArray();
            var known = (await context.Set<StoredAlert>().Where(alert => ids.Contains(alert.Id)).Select(alert => alert.Id).ToListAsync(stop)).ToHashSet();
            foreach (var one in changes.GroupBy(change => change.Now.Id))
                Apply(context, [.. one], known.Contains(one.Key));
            await context.SaveChangesAsync(stop);
        }, stop);

    /// <summary>Brings the values of open alerts up to date for the other replicas and for the next start, and says when that was.</summary>
    /// <param name="report">How the rules did; null leaves what was said before.</param>
    public Task RefreshAsync(IReadOnlyList<Alert> open, byte[]? report, long epoch, DateTimeOffset evaluatedAt, CancellationToken stop) =>
        InTurnAsync(async context =>
        {
            if (await context.Set<EvaluatorEpoch>().SingleOrDefaultAsync(stop) is not { } row || row.Epoch != epoch)
                throw new EvaluatorReplacedException();
            row.EvaluatedAt = evaluatedAt;
            row.Report = report ?? row.Report;
            var ids = open.Select(alert => alert.Id).ToHashSet();
            // A row may be on its way still, or be gone already.
            var known = await context.Set<StoredAlert>().Where(alert => alert.State == AlertState.Pending || alert.State == AlertState.Firing).Select(alert => alert.Id).ToListAsync(stop);
            ids.IntersectWith(known);
            context.UpdateRange(open.Where(alert => ids.Contains(alert.Id)).Select(StoredAlert.Of));
            await context.SaveChangesAsync(stop);
        }, stop);

    /// <summary>Makes this process the one that evaluates; says when rules were evaluated last, or null at the very first start.</summary>
    public async Task<(long Epoch, DateTimeOffset? EvaluatedAt)> TakeOverAsync(DateTimeOffset now, CancellationToken stop)
    {
        (long, DateTimeOffset?) taken = default;
        await InTurnAsync(async context =>
        {
            var row = await context.Set<EvaluatorEpoch>().SingleOrDefaultAsync(stop);
            taken = ((row?.Epoch ?? 0) + 1, row?.EvaluatedAt);
            if (row is null)
                context.Add(new EvaluatorEpoch { Id = EvaluatorEpoch.OnlyId, Epoch = 1, EvaluatedAt = now });
            else
                row.Epoch++;
            await context.SaveChangesAsync(stop);
        }, stop);
        return taken;
    }

    /// <summary>What the evaluating replica said last of its rules, or null.</summary>
    public async Task<byte[]?> ReportAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<EvaluatorEpoch>().Select(row => row.Report).SingleOrDefaultAsync(stop);
    }

    /// <summary>Pending and firing alerts, and those resolved since.</summary>
    public async Task<IReadOnlyList<Alert>> OpenAsync(DateTimeOffset resolvedSince, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = await context.Set<StoredAlert>().AsNoTracking()
            .Where(alert => alert.State == AlertState.Pending || alert.State == AlertState.Firing || (alert.State == AlertState.Resolved && alert.ResolvedAt >= resolvedSince))
            .ToListAsync(stop);
        return [.. rows.Select(row => row.ToAlert())];
    }

    public async Task<IReadOnlyList<Alert>> FindAsync(IReadOnlyCollection<Guid> ids, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = await context.Set<StoredAlert>().AsNoTracking().Where(alert => ids.Contains(alert.Id)).ToListAsync(stop);
        return [.. rows.Select(row => row.ToAlert())];
    }

    /// <summary>Alerts that fired, the latest first.</summary>
    /// <param name="before">Continues behind this alert of an earlier answer.</param>
    public async Task<IReadOnlyList<Alert>> HistoryAsync(AlertHistoryFilter filter, Guid? before, int limit, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = context.Set<StoredAlert>().AsNoTracking().Where(alert => alert.FiredAt != null);
        if (filter.RuleId is { } rule)
            rows = rows.Where(alert => alert.RuleId == rule);
        if (filter.Fingerprint is { } fingerprint)
            rows = rows.Where(alert => alert.Fingerprint == unchecked((long)fingerprint));
        if (filter.Systems is { } systems)
            rows = rows.Where(alert => alert.SystemId != null && systems.Contains(alert.SystemId));
        if (filter.From is { } from)
            rows = rows.Where(alert => alert.ResolvedAt == null || alert.ResolvedAt >= from);
        if (filter.To is { } to)
            rows = rows.Where(alert => alert.FiredAt <= to);
        if (before is { } id && await context.Set<StoredAlert>().Where(alert => alert.Id == id).Select(alert => alert.FiredAt).SingleOrDefaultAsync(stop) is { } fired)
            rows = rows.Where(alert => alert.FiredAt < fired || (alert.FiredAt == fired && alert.Id.CompareTo(id) < 0));
        var found = await rows.OrderByDescending(alert => alert.FiredAt).ThenByDescending(alert => alert.Id).Take(limit).ToListAsync(stop);
        return [.. found.Select(row => row.ToAlert())];
    }

    /// <summary>When conditions fired since, by fingerprint.</summary>
    public async Task<ILookup<ulong, DateTimeOffset>> FiringsAsync(DateTimeOffset since, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = await context.Set<StoredAlert>().Where(alert => alert.FiredAt >= since).Select(alert => new { alert.Fingerprint, alert.FiredAt }).ToListAsync(stop);
        return rows.ToLookup(row => unchecked((ulong)row.Fingerprint), row => row.FiredAt!.Value);
    }

    /// <summary>How many alerts of each rule fired since.</summary>
    public async Task<IReadOnlyDictionary<string, int>> FiringsByRuleAsync(DateTimeOffset since, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<StoredAlert>().Where(alert => alert.FiredAt >= since && alert.RuleId != "").GroupBy(alert => alert.RuleId)
            .Select(rule => new { rule.Key, Count = rule.Count() }).ToDictionaryAsync(rule => rule.Key, rule => rule.Count, stop);
    }

    /// <summary>The transitions behind a cursor, in order; 0 begins at the beginning.</summary>
    public async Task<IReadOnlyList<AlertTransition>> TransitionsAfterAsync(long cursor, int limit, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AlertTransition>().AsNoTracking().Where(transition => transition.Sequence > cursor).OrderBy(transition => transition.Sequence).Take(limit).ToListAsync(stop);
    }

    public async Task<IReadOnlyList<AlertTransition>> TransitionsOfAsync(Guid alertId, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AlertTransition>().AsNoTracking().Where(transition => transition.AlertId == alertId).OrderBy(transition => transition.Sequence).ToListAsync(stop);
    }

    /// <summary>The cursor behind which only what comes from now on lies.</summary>
    public async Task<long> LastSequenceAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AlertTransition>().MaxAsync(transition => (long?)transition.Sequence, stop) ?? 0;
    }

    /// <summary>Forgets the transitions of what was only pending: a condition near its limit would fill the disk with them.</summary>
    public Task TidyAsync(DateTimeOffset before, CancellationToken stop) =>
        InTurnAsync(context => context.Set<AlertTransition>()
            .Where(transition => transition.At < before && !context.Set<StoredAlert>().Any(alert => alert.Id == transition.AlertId))
            .ExecuteDeleteAsync(stop), stop);

    static void Apply(OpsContext context, AlertChange[] changes, bool isKnown)
    {
        var row = StoredAlert.Of(changes[^1].Now);
        if (row.State == AlertState.Inactive && !isKnown)
            return;
        context.Entry(row).State = row.State == AlertState.Inactive ? EntityState.Deleted : isKnown ? EntityState.Modified : EntityState.Added;
        context.AddRange(changes.Select(Transition));
    }

    static AlertTransition Transition(AlertChange change) => new()
    {
        AlertId = change.Now.Id,
        From = change.From,
        To = change.Now.State,
        At = change.At,
        Value = change.Now.Value,
        Severity = change.Now.Severity,
        SystemId = change.Now.SystemId,
        IsInhibited = change.Now.InhibitedBy is not null,
    };

    async Task InTurnAsync(Func<OpsContext, Task> write, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        if (contexts.Options.Provider == StorageProvider.Postgres)
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({WriterLock})", stop);
        await write(context);
        await transaction.CommitAsync(stop);
    }
}
