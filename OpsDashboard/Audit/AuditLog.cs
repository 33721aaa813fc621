using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>Writes the chain. Entries without a change of their own share a transaction, so that many cost one flush of the disk.</summary>
sealed class AuditLog : IAuditLog, IAsyncDisposable
{
    const int BatchSize = 2000;

    readonly OpsContextFactory contexts;
    readonly TimeProvider clock;
    readonly IChainTable table;
    // Bounded: when the database is slower than the callers, the callers wait.
    readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(10_000) { SingleReader = true });
    readonly Task writing;

    public AuditLog(OpsContextFactory contexts, TimeProvider clock)
    {
        (this.contexts, this.clock) = (contexts, clock);
        table = contexts.Options.Provider == StorageProvider.Postgres ? new PostgresChainTable() : new SqliteChainTable();
        writing = Task.Run(WriteQueuedAsync);
    }

    public async Task CommitAsync(DbContext changes, AuditRecord record, CancellationToken stop)
    {
        var text = AuditChain.Write(record);
        var own = changes.Database.CurrentTransaction is null;
        using var permit = own ? await contexts.Gate.EnterAsync(stop) : null;
        var transaction = changes.Database.CurrentTransaction ?? await changes.Database.BeginTransactionAsync(stop);
        try
        {
            await changes.SaveChangesAsync(stop);
            await LinkAsync(transaction, [(record, text)], stop);
            await transaction.CommitAsync(stop);
        }
        finally
        {
            if (own)
                await transaction.DisposeAsync();
        }
    }

    public async Task AppendAsync(AuditRecord record, CancellationToken stop)
    {
        var pending = new Pending(record, AuditChain.Write(record));
        await queue.Writer.WriteAsync(pending, stop);
        await pending.Written.Task.WaitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
    }

    async Task WriteQueuedAsync()
    {
        var batch = new List<Pending>(BatchSize);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && queue.Reader.TryRead(out var pending))
                batch.Add(pending);
            try
            {
                await WriteAsync(batch);
                batch.ForEach(pending => pending.Written.TrySetResult());
            }
            catch (Exception failure)
            {
                // Each caller learns of it: an action whose entry cannot be written does not happen.
                batch.ForEach(pending => pending.Written.TrySetException(failure));
            }
            batch.Clear();
        }
    }

    async Task WriteAsync(List<Pending> batch)
    {
        await using var context = contexts.CreateDbContext();
        using var permit = await contexts.Gate.EnterAsync(CancellationToken.None);
        await using var transaction = await context.Database.BeginTransactionAsync();
        await LinkAsync(transaction, [.. batch.Select(pending => (pending.Record, pending.Text))], CancellationToken.None);
        await transaction.CommitAsync();
    }

    async Task LinkAsync(IDbContextTransaction transaction, IReadOnlyList<(AuditRecord, string)> records, CancellationToken stop)
    {
        var inner = transaction.GetDbTransaction();
        var head = await table.LockAsync(inner, stop);
        await table.InsertAsync(inner, AuditChain.Link(head, records, clock.Now()), stop);
    }

    sealed record Pending(AuditRecord Record, string Text)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
