using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>An entry with what the erasable tables still know.</summary>
/// <param name="ActorName">Null where it was erased.</param>
public sealed record AuditLine(AuditEntry Entry, string? ActorName, AuditParticulars? Particulars, AuditCheckpoint? Checkpoint = null);

/// <param name="Actor">Part of the name, or the whole id.</param>
/// <param name="Action">Part of it.</param>
/// <param name="Subject">Part of it.</param>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Exclusive.</param>
public sealed record AuditFilter(string? Actor = null, string? Action = null, string? Subject = null, AuditOutcome? Outcome = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <summary>Reads the log. Knows nothing of permissions: whoever asks was asked before.</summary>
public sealed class AuditReader(IDbContextFactory<OpsContext> contexts)
{
    const int ReadAhead = 2000;

    /// <summary>Newest first.</summary>
    /// <param name="before">Only entries with a lower sequence.</param>
    public async Task<IReadOnlyList<AuditLine>> FindAsync(AuditFilter filter, long? before, int limit, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var entries = Filter(context, filter);
        if (before is not null)
            entries = entries.Where(entry => entry.Sequence < before);
        return await Lines(context, entries.OrderByDescending(entry => entry.Sequence).Take(limit)).ToListAsync(stop) is var lines
            ? [.. lines.OrderByDescending(line => line.Entry.Sequence)]
            : [];
    }

    /// <summary>What the actors are called, by id; who was erased or never did anything is missing.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IReadOnlyCollection<string> actorIds, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AuditName>().AsNoTracking().Where(name => actorIds.Contains(name.ActorId)).ToDictionaryAsync(name => name.ActorId, name => name.Name, stop);
    }

    public async Task<long> CountAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AuditEntry>().MaxAsync(entry => (long?)entry.Sequence, stop) ?? 0;
    }

    /// <summary>The whole chain, oldest first, read in portions: memory does not grow with the log.</summary>
    public async IAsyncEnumerable<AuditLine> AllAsync([EnumeratorCancellation] CancellationToken stop)
    {
        for (long after = 0; ;)
        {
            await using var context = contexts.CreateDbContext();
            var from = after;
            var lines = await Lines(context, context.Set<AuditEntry>().Where(entry => entry.Sequence > from).OrderBy(entry => entry.Sequence).Take(ReadAhead)).ToListAsync(stop);
            if (lines.Count == 0)
                yield break;
            foreach (var line in lines.OrderBy(line => line.Entry.Sequence))
                yield return line;
            after = lines.Max(line => line.Entry.Sequence);
        }
    }

    /// <summary>The signatures of the entries in the span, both ends inclusive, by sequence.</summary>
    public async Task<IReadOnlyDictionary<long, AuditCheckpoint>> CheckpointsAsync(long first, long last, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AuditCheckpoint>().AsNoTracking().Where(checkpoint => checkpoint.Sequence >= first && checkpoint.Sequence <= last)
            .ToDictionaryAsync(checkpoint => checkpoint.Sequence, stop);
    }

    public async Task<long> LastSignedAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AuditCheckpoint>().MaxAsync(checkpoint => (long?)checkpoint.Sequence, stop) ?? 0;
    }

    static IQueryable<AuditEntry> Filter(OpsContext context, AuditFilter filter)
    {
        var entries = context.Set<AuditEntry>().AsNoTracking();
        if (filter.Actor is { } actor)
        {
            var named = context.Set<AuditName>().Where(name => name.Name.ToLower().Contains(actor.ToLower())).Select(name => name.ActorId);
            entries = entries.Where(entry => entry.ActorId == actor || named.Contains(entry.ActorId));
        }
        if (filter.Action is { } action)
            entries = entries.Where(entry => entry.Action.ToLower().Contains(action.ToLower()));
        if (filter.Subject is { } subject)
            entries = entries.Where(entry => entry.Subject.ToLower().Contains(subject.ToLower()));
        if (filter.Outcome is { } outcome)
            entries = entries.Where(entry => entry.Outcome == outcome);
        if (filter.From is { } from)
            entries = entries.Where(entry => entry.At >= from);
        if (filter.Until is { } until)
            entries = entries.Where(entry => entry.At < until);
        return entries;
    }

    static IQueryable<AuditLine> Lines(OpsContext context, IQueryable<AuditEntry> entries) =>
        from entry in entries
        join name in context.Set<AuditName>().AsNoTracking() on entry.ActorId equals name.ActorId into names
        from name in names.DefaultIfEmpty()
        join text in context.Set<AuditParticulars>().AsNoTracking() on entry.Sequence equals text.Sequence into texts
        from text in texts.DefaultIfEmpty()
        join signed in context.Set<AuditCheckpoint>().AsNoTracking() on entry.Sequence equals signed.Sequence into checkpoints
        from signed in checkpoints.DefaultIfEmpty()
        select new AuditLine(entry, name == null ? null : name.Name, text, signed);
}
