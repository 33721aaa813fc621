using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Files;

/// <summary>A place in a file.</summary>
readonly record struct FilePlace(FileHead Head, long Offset);

/// <summary>How far every followed file was read. Written by the process that holds the lease alone.</summary>
sealed class FilePositions(OpsContextFactory contexts, Leases leases, TimeProvider clock)
{
    public const string Lease = "log-files";

    public async Task<Dictionary<(string SystemId, string Path), FilePlace>> ReadAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<LogFilePosition>().AsNoTracking().ToDictionaryAsync(row => (row.SystemId, row.Path), row => new FilePlace(new(row.HeadLength, row.HeadHash), row.Offset), stop);
    }

    /// <exception cref="LeaseLostException">Another process follows the files now; nothing was written.</exception>
    public async Task WriteAsync(IReadOnlyCollection<((string SystemId, string Path) File, FilePlace Place)> places, long fence, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        await leases.DemandAsync(context, Lease, fence, stop);
        var now = clock.GetUtcNow();
        foreach (var ((system, path), place) in places)
        {
            var updated = await context.Set<LogFilePosition>().Where(row => row.SystemId == system && row.Path == path).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.HeadLength, place.Head.Length).SetProperty(row => row.HeadHash, place.Head.Hash)
                .SetProperty(row => row.Offset, place.Offset).SetProperty(row => row.ReadAt, now), stop);
            if (updated == 0)
                context.Add(new LogFilePosition { SystemId = system, Path = path, HeadLength = place.Head.Length, HeadHash = place.Head.Hash, Offset = place.Offset, ReadAt = now });
        }
        await context.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
    }
}
