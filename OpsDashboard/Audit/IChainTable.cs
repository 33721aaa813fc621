using System.Data.Common;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>The chain's statements in one database's words. All run inside the caller's transaction.</summary>
interface IChainTable
{
    /// <summary>Takes the chain's lock until the transaction ends, and reads where the chain ends.</summary>
    Task<ChainHead> LockAsync(DbTransaction transaction, CancellationToken stop);

    Task InsertAsync(DbTransaction transaction, IReadOnlyList<ChainLink> links, CancellationToken stop);
}

static class ChainHeadReader
{
    public static async Task<ChainHead> ReadAsync(DbTransaction transaction, string sql, CancellationToken stop)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop)
            ? new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), Instant.FromMicroseconds(reader.GetInt64(2)))
            : ChainHead.Empty;
    }
}
