using Microsoft.EntityFrameworkCore;

namespace OpsDashboard.Storage;

/// <summary>Gives a piece of work to one process at a time. Thread-safe. Time is the database's, so that clocks of machines do not matter.</summary>
public sealed class Leases(OpsContextFactory contexts, TimeProvider clock)
{
    readonly string holder = Guid.NewGuid().ToString("N");

    /// <summary>Takes or renews the lease.</summary>
    /// <returns>The fencing number, the same as long as this process holds it; null while another one does.</returns>
    public async Task<long?> TryHoldAsync(string name, TimeSpan duration, CancellationToken stop)
    {
        var length = (long)duration.TotalMicroseconds;
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        var count = contexts.Options.Provider == StorageProvider.Postgres
            ? await context.Database.ExecuteSqlAsync($"""
                INSERT INTO ops.lease (name, holder, fence, until) VALUES ({name}, {holder}, 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + {length})
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, fence = lease.fence + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END
                WHERE lease.holder = excluded.holder OR lease.until <= excluded.until - {length}
                """, stop)
            : await context.Database.ExecuteSqlAsync($"""
                INSERT INTO lease (name, holder, fence, until) VALUES ({name}, {holder}, 1, {Instant.ToMicroseconds(clock.GetUtcNow()) + length})
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, fence = lease.fence + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END
                WHERE lease.holder = excluded.holder OR lease.until <= excluded.until - {length}
                """, stop);
        var fence = count == 0 ? (long?)null : await context.Set<Lease>().AsNoTracking().Where(lease => lease.Name == name).Select(lease => lease.Fence).SingleAsync(stop);
        await transaction.CommitAsync(stop);
        return fence;
    }

    /// <summary>Gives the lease back, so that another process need not wait for its end.</summary>
    public async Task ReleaseAsync(string name, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await context.Set<Lease>().Where(lease => lease.Name == name && lease.Holder == holder).ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Until, 0), stop);
    }

    /// <summary>Which of these are held now, by whatever process.</summary>
    public async Task<IReadOnlySet<string>> HeldAsync(IReadOnlyCollection<string> names, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var now = contexts.Options.Provider == StorageProvider.Postgres
            ? await context.Database.SqlQuery<long>($"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS \"Value\"").SingleAsync(stop)
            : Instant.ToMicroseconds(clock.GetUtcNow());
        return (await context.Set<Lease>().Where(lease => names.Contains(lease.Name) && lease.Until > now).Select(lease => lease.Name).ToListAsync(stop)).ToHashSet();
    }

    /// <summary>Inside a transaction: holds the row until the commit, so that nobody takes the lease over meanwhile.</summary>
    /// <exception cref="LeaseLostException">Another process holds it.</exception>
    public async Task DemandAsync(OpsContext context, string name, long fence, CancellationToken stop)
    {
        var held = await context.Set<Lease>().Where(lease => lease.Name == name && lease.Fence == fence && lease.Holder == holder)
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Fence, fence), stop);
        if (held == 0)
            throw new LeaseLostException(name);
    }
}

/// <summary>Another process has taken the work over; nothing was written.</summary>
public sealed class LeaseLostException(string name) : Exception($"Another process holds the lease {name}.");
