using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>The rows of <see cref="SignInSource"/>, a bounded number for each account.</summary>
static class SignInSources
{
    const int Most = 1_000;
    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>The row of an address, tracked by the context; past the bound all new addresses share one.</summary>
    public static async Task<SignInSource> FindAsync(OpsContext context, Guid accountId, string? address, DateTimeOffset now, CancellationToken stop)
    {
        var key = AttemptLimit.Source(address ?? "");
        var rows = context.Set<SignInSource>();
        if (await rows.FirstOrDefaultAsync(one => one.AccountId == accountId && one.Source == key, stop) is { } known)
            return known;
        var all = await rows.Where(one => one.AccountId == accountId).ToListAsync(stop);
        // Another attempt may have added the row between the two queries.
        if (all.FirstOrDefault(one => one.Source == key) is { } added)
            return added;
        var old = all.Where(one => one.TriedAt < now - Kept && !SignInLock.IsFamiliar(one, now)).ToList();
        context.RemoveRange(old);
        if (all.Count - old.Count >= Most)
        {
            key = "";
            if (all.Except(old).FirstOrDefault(one => one.Source.Length == 0) is { } shared)
                return shared;
        }
        var row = new SignInSource { AccountId = accountId, Source = key, TriedAt = now };
        context.Add(row);
        return row;
    }

    /// <summary>A new password or a new permission to sign in begins with nobody locked.</summary>
    public static async Task UnlockAsync(OpsContext context, Guid accountId, CancellationToken stop)
    {
        foreach (var source in await context.Set<SignInSource>().Where(one => one.AccountId == accountId).ToListAsync(stop))
            (source.Failures, source.LockedUntil) = (0, null);
    }
}
