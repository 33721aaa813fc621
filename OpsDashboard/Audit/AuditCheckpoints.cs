using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>Signs the end of the chain, so that cutting entries off or writing the chain anew shows.</summary>
public sealed class AuditCheckpoints(OpsContextFactory contexts, AuditKeys keys, TimeProvider clock)
{
    /// <summary>Signs the last entry where it is not signed yet. Null: the chain is empty.</summary>
    public async Task<AuditCheckpoint?> SignAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var last = await context.Set<AuditEntry>().AsNoTracking().OrderByDescending(entry => entry.Sequence).FirstOrDefaultAsync(stop);
        if (last is null)
            return null;
        if (await FindAsync(context, last.Sequence, stop) is { } signed)
            return signed;
        var at = clock.Now();
        var (keyId, signature) = await keys.SignAsync(AuditFormat.CheckpointBytes(last.Sequence, at, last.Hash), stop);
        var checkpoint = new AuditCheckpoint { Sequence = last.Sequence, At = at, Hash = last.Hash, Signature = signature, KeyId = keyId };
        context.Add(checkpoint);
        try
        {
            await context.SaveChangesAsync(stop);
            return checkpoint;
        }
        catch (DbUpdateException)
        {
            // Another replica signed the same entry in between.
            await using var again = contexts.CreateDbContext();
            if (await FindAsync(again, last.Sequence, stop) is { } others)
                return others;
            throw;
        }
    }

    static Task<AuditCheckpoint?> FindAsync(OpsContext context, long sequence, CancellationToken stop) =>
        context.Set<AuditCheckpoint>().AsNoTracking().FirstOrDefaultAsync(checkpoint => checkpoint.Sequence == sequence, stop);
}

/// <summary>Signs once a minute, and when the program ends.</summary>
sealed class CheckpointHost(AuditCheckpoints checkpoints, TimeProvider clock, ILogger<CheckpointHost> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var minute = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        try
        {
            while (await minute.WaitForNextTickAsync(stoppingToken))
                await SignAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await SignAsync(CancellationToken.None);
        }
    }

    async Task SignAsync(CancellationToken stop)
    {
        try
        {
            await checkpoints.SignAsync(stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogWarning(failure, "The audit log could not be signed; the next minute tries again");
        }
    }
}
