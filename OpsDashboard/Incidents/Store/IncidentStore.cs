using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Numbers;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Store;

/// <summary>
/// Incidents in the database. Thread-safe. It asks nobody for permission: <see cref="IncidentDesk"/> stands before it. Every change reads the row, applies a
/// transition and saves row, timeline and audit entry in one transaction; where somebody else was faster it begins anew, so that no transition is lost.
/// </summary>
public sealed class IncidentStore(OpsContextFactory contexts, IAuditLog audit, TimeProvider clock)
{
    const int MostTries = 20;

    /// <summary>Adds an incident, its timeline and the audit entry.</summary>
    /// <param name="make">Gets the number that it is to have.</param>
    /// <param name="isJoinable">Whether later alerts of its system join it, where no other one stands open for that; else it stands for itself.</param>
    /// <returns>The incident, and whether it is the one of an earlier press with the same key.</returns>
    /// <exception cref="IncidentExistsException">An alert would open it, and one stands open for its system.</exception>
    public async Task<(Incident Incident, bool WasThere)> AddAsync(string openKey, Func<long, Incident> make, bool isJoinable, bool mustBeJoinable, Func<Incident, AuditRecord> record, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var permit = await contexts.Gate.EnterAsync(stop);
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            if (await context.Set<StoredIncident>().AsNoTracking().FirstOrDefaultAsync(row => row.OpenKey == openKey, stop) is { } before)
                return (before.ToIncident(), true);
            var incident = make(await context.Set<StoredIncident>().MaxAsync(row => (long?)row.Number, stop) is { } last ? last + 1 : 1);
            if (await LinkedAsync(context, incident, stop) is { } taken)
                throw new IncidentExistsException(taken);
            if (isJoinable && await context.Set<StoredIncident>().AsNoTracking().FirstOrDefaultAsync(row => row.OpenFor == incident.SystemId, stop) is { } open)
            {
                if (mustBeJoinable)
                    throw new IncidentExistsException(open.ToIncident());
                isJoinable = false;
            }
            context.Add(StoredIncident.Of(incident, openKey, isJoinable));
            Write(context, incident);
            context.AddRange(incident.Alerts.Select(alert => new IncidentAlert { AlertId = alert.Id, IncidentId = incident.Id }));
            try
            {
                await audit.CommitAsync(context, record(incident), stop);
                return (incident with { News = [] }, false);
            }
            catch (DbUpdateException clash) when (attempt < MostTries && !Http.Problems.IsOutage(clash))
            {
                // The same key, number, system or alert was taken in the same moment: the next round says which.
            }
        }
    }

    public async Task<Incident?> FindAsync(Guid id, CancellationToken stop) => (await FindWithVersionAsync(id, stop))?.Incident;

    public async Task<(Incident Incident, int Version)?> FindWithVersionAsync(Guid id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<StoredIncident>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, stop) is { } row ? (row.ToIncident(), row.Version) : null;
    }

    public async Task<Incident?> FindByNumberAsync(long number, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return (await context.Set<StoredIncident>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number, stop))?.ToIncident();
    }

    /// <summary>To which incident an alert belongs; null: to none.</summary>
    public async Task<Incident?> OfAlertAsync(Guid alertId, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var id = await context.Set<IncidentAlert>().AsNoTracking().Where(link => link.AlertId == alertId).Select(link => (Guid?)link.IncidentId).FirstOrDefaultAsync(stop);
        return id is { } found ? (await context.Set<StoredIncident>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == found, stop))?.ToIncident() : null;
    }

    /// <summary>The open incident that alerts of the system join; null: there is none.</summary>
    public async Task<Guid?> JoinableAsync(string systemId, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<StoredIncident>().AsNoTracking().Where(row => row.OpenFor == systemId).Select(row => (Guid?)row.Id).FirstOrDefaultAsync(stop);
    }

    /// <summary>Applies a transition.</summary>
    /// <param name="change">May return the same incident: nothing is written then.</param>
    /// <param name="record">Null, or returns null: the change is no one's press.</param>
    /// <param name="version">The version on which the change is based; null: whatever it is.</param>
    /// <param name="also">Writes into the same transaction; may be called for each try.</param>
    /// <returns>The incident after it; null where there is none.</returns>
    /// <exception cref="Access.StaleVersionException">It is another version by now.</exception>
    public async Task<Incident?> ChangeAsync(Guid id, Func<Incident, Incident> change, Func<Incident, AuditRecord?>? record, CancellationToken stop, int? version = null, Func<OpsContext, Task>? also = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var permit = await contexts.Gate.EnterAsync(stop);
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            if (await context.Set<StoredIncident>().FirstOrDefaultAsync(row => row.Id == id, stop) is not { } row)
                return null;
            if (version is { } seen && seen != row.Version)
                throw new Access.StaleVersionException(seen, row.Version);
            var before = row.ToIncident();
            var after = change(before);
            if (ReferenceEquals(before, after))
                return before;
            row.Take(after);
            Write(context, after);
            await LinkAlertsAsync(context, before, after, stop);
            if (also is not null)
                await also(context);
            try
            {
                if (record?.Invoke(after) is { } entry)
                {
                    await audit.CommitAsync(context, entry, stop);
                }
                else
                {
                    await context.SaveChangesAsync(stop);
                    await transaction.CommitAsync(stop);
                }
                return after with { News = [] };
            }
            catch (DbUpdateException clash) when (attempt < MostTries && !Http.Problems.IsOutage(clash))
            {
                // Somebody else was faster; the transition is applied to what it is now.
            }
        }
    }

    /// <summary>Adds lines that are not there yet, by their keys, to an incident whose state they do not change.</summary>
    /// <returns>How many were new.</returns>
    public async Task<int> WriteAsync(Guid incidentId, IReadOnlyList<Line> lines, CancellationToken stop)
    {
        var keys = lines.Select(line => line.Key).OfType<string>().ToArray();
        for (var attempt = 0; ; attempt++)
        {
            await using var context = contexts.CreateDbContext();
            var known = (await context.Set<TimelineEntry>().Where(entry => entry.IncidentId == incidentId && keys.Contains(entry.Key)).Select(entry => entry.Key).ToListAsync(stop)).ToHashSet();
            var missing = lines.Where(line => line.Key is null || known.Add(line.Key)).ToArray();
            if (missing.Length == 0)
                return 0;
            context.AddRange(missing.Select(line => TimelineEntry.Of(clock.NewId(), incidentId, line, clock.Now())));
            try
            {
                await context.SaveChangesAsync(stop);
                return missing.Length;
            }
            catch (DbUpdateException clash) when (attempt < MostTries && !Http.Problems.IsOutage(clash))
            {
                // Another replica wrote one of them.
            }
        }
    }

    /// <summary>The latest incident first.</summary>
    /// <param name="before">Continues behind the incident with this number.</param>
    public async Task<IReadOnlyList<Incident>> ListAsync(IncidentFilter filter, long? before, int limit, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = context.Set<StoredIncident>().AsNoTracking();
        if (filter.Systems is { } systems)
            rows = rows.Where(row => systems.Contains(row.SystemId));
        if (filter.IsOpen is { } open)
            rows = rows.Where(row => row.IsOpen == open);
        if (filter.Severity is { } severity)
            rows = rows.Where(row => row.Severity == severity);
        if (filter.OpenedSince is { } since)
            rows = rows.Where(row => row.OpenedAt >= since);
        if (filter.OpenedUntil is { } until)
            rows = rows.Where(row => row.OpenedAt < until);
        if (filter.ResolvedSince is { } resolvedSince)
            rows = rows.Where(row => row.ResolvedAt >= resolvedSince);
        if (filter.ReviewIsOpen)
            rows = rows.Where(row => row.ReviewDueAt != null);
        if (before is { } number)
            rows = rows.Where(row => row.Number < number);
        return [.. (await rows.OrderByDescending(row => row.Number).Take(limit).ToListAsync(stop)).Select(row => row.ToIncident())];
    }

    /// <summary>What the numbers of managers are made of; of each document only that is read.</summary>
    /// <param name="filter">By when they were opened, system and severity.</param>
    public async Task<IReadOnlyList<IncidentMeasure>> MeasuresAsync(IncidentFilter filter, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = context.Set<StoredIncident>().AsNoTracking();
        if (filter.Systems is { } systems)
            rows = rows.Where(row => systems.Contains(row.SystemId));
        if (filter.Severity is { } severity)
            rows = rows.Where(row => row.Severity == severity);
        if (filter.OpenedSince is { } since)
            rows = rows.Where(row => row.OpenedAt >= since);
        if (filter.OpenedUntil is { } until)
            rows = rows.Where(row => row.OpenedAt < until);
        var read = await rows.OrderBy(row => row.OpenedAt).Select(row => new { row.SystemId, row.Severity, row.OpenedAt, row.Document }).ToListAsync(stop);
        return [.. read.Select(row => StoredMeasure.Of(row.SystemId, row.Severity, row.OpenedAt, row.Document)).OfType<IncidentMeasure>()];
    }

    /// <summary>Lines of an incident, the latest first.</summary>
    /// <param name="before">Only what happened before; null: from the end.</param>
    /// <param name="kinds">Null: all.</param>
    public async Task<IReadOnlyList<TimelineEntry>> TimelineAsync(Guid incidentId, DateTimeOffset? before, int limit, CancellationToken stop, IReadOnlyCollection<EntryKind>? kinds = null, string? byId = null)
    {
        await using var context = contexts.CreateDbContext();
        var rows = context.Set<TimelineEntry>().AsNoTracking().Where(entry => entry.IncidentId == incidentId);
        if (before is { } at)
            rows = rows.Where(entry => entry.At < at);
        if (kinds is not null)
            rows = rows.Where(entry => kinds.Contains(entry.Kind));
        if (byId is not null)
            rows = rows.Where(entry => entry.ById == byId);
        return await rows.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id).Take(limit).ToListAsync(stop);
    }

    public async Task<long?> CursorAsync(string name, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<IncidentCursor>().AsNoTracking().Where(cursor => cursor.Name == name).Select(cursor => (long?)cursor.Sequence).FirstOrDefaultAsync(stop);
    }

    /// <summary>Moves a cursor on, never back.</summary>
    public async Task MoveAsync(string name, long sequence, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var context = contexts.CreateDbContext();
            if (await context.Set<IncidentCursor>().FirstOrDefaultAsync(cursor => cursor.Name == name, stop) is { } known)
                known.Sequence = Math.Max(known.Sequence, sequence);
            else
                context.Add(new IncidentCursor { Name = name, Sequence = sequence });
            try
            {
                await context.SaveChangesAsync(stop);
                return;
            }
            catch (DbUpdateException clash) when (attempt < MostTries && !Http.Problems.IsOutage(clash))
            {
                // Another process wrote the first one in the same moment.
            }
        }
    }

    void Write(OpsContext context, Incident incident) => context.AddRange(incident.News.Select(line => TimelineEntry.Of(clock.NewId(), incident.Id, line, clock.Now())));

    static async Task LinkAlertsAsync(OpsContext context, Incident before, Incident after, CancellationToken stop)
    {
        foreach (var alert in after.Alerts.ExceptBy(before.Alerts.Select(known => known.Id), alert => alert.Id))
        {
            if (await context.Set<IncidentAlert>().FirstOrDefaultAsync(link => link.AlertId == alert.Id, stop) is { } link)
                link.IncidentId = after.Id;
            else
                context.Add(new IncidentAlert { AlertId = alert.Id, IncidentId = after.Id });
        }
    }

    // An alert belongs to one incident: where it has one, nobody opens another with it.
    static async Task<Incident?> LinkedAsync(OpsContext context, Incident incident, CancellationToken stop)
    {
        var alerts = incident.Alerts.Select(alert => alert.Id).ToArray();
        if (alerts.Length == 0 || await context.Set<IncidentAlert>().Where(link => alerts.Contains(link.AlertId)).Select(link => (Guid?)link.IncidentId).FirstOrDefaultAsync(stop) is not { } other)
            return null;
        return (await context.Set<StoredIncident>().AsNoTracking().FirstAsync(row => row.Id == other, stop)).ToIncident();
    }
}

/// <param name="Systems">Null: all.</param>
public sealed record IncidentFilter(IReadOnlyCollection<string>? Systems = null, bool? IsOpen = null, IncidentSeverity? Severity = null, DateTimeOffset? OpenedSince = null, DateTimeOffset? OpenedUntil = null, DateTimeOffset? ResolvedSince = null, bool ReviewIsOpen = false);

/// <summary>There is one already; nothing was opened. Endpoints answer 409.</summary>
public sealed class IncidentExistsException(Incident there) : Exception($"{there.Name} is about that already: {there.Title}"), Http.IRefusal
{
    public string Code => "exists";

    public Incident There { get; } = there;
}
