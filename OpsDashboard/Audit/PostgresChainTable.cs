using System.Data.Common;
using Npgsql;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>A transaction-scoped advisory lock orders the writers of all processes; one statement inserts a batch.</summary>
sealed class PostgresChainTable : IChainTable
{
    const long ChainLock = 0x4F70_7344_6173_6802;

    public async Task<ChainHead> LockAsync(DbTransaction transaction, CancellationToken stop)
    {
        await using (var command = transaction.Connection!.CreateCommand())
        {
            command.Transaction = transaction;
            command.CommandText = $"SELECT pg_advisory_xact_lock({ChainLock})";
            await command.ExecuteNonQueryAsync(stop);
        }
        // A statement of its own: its snapshot is taken after the lock, so it sees the entry that the lock was waiting for.
        return await ChainHeadReader.ReadAsync(transaction, "SELECT sequence, hash, at FROM ops.audit_entry ORDER BY sequence DESC LIMIT 1", stop);
    }

    public async Task InsertAsync(DbTransaction transaction, IReadOnlyList<ChainLink> links, CancellationToken stop)
    {
        var postgres = (NpgsqlTransaction)transaction;
        await using var batch = new NpgsqlBatch(postgres.Connection, postgres);
        batch.BatchCommands.Add(Command("""
            INSERT INTO ops.audit_name (actor_id, name) SELECT * FROM unnest($1::text[], $2::text[]) ORDER BY 1
            ON CONFLICT (actor_id) DO UPDATE SET name = excluded.name WHERE ops.audit_name.name <> excluded.name
            """, Names(links, named => named.Key), Names(links, named => named.Last().ActorName)));
        batch.BatchCommands.Add(Command("""
            INSERT INTO ops.audit_entry (sequence, format_version, at, actor_id, action, subject, outcome, particulars_hash, hash)
            SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[])
            """,
            Column(links, link => link.Entry.Sequence), Column(links, link => link.Entry.FormatVersion), Column(links, link => Instant.ToMicroseconds(link.Entry.At)),
            Column(links, link => link.Entry.ActorId), Column(links, link => link.Entry.Action), Column(links, link => link.Entry.Subject),
            Column(links, link => link.Entry.Outcome.ToString()), Column(links, link => link.Entry.ParticularsHash), Column(links, link => link.Entry.Hash)));
        batch.BatchCommands.Add(Command("INSERT INTO ops.audit_particulars (sequence, salt, text) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[])",
            Column(links, link => link.Entry.Sequence), Column(links, link => link.Particulars.Salt), Column(links, link => link.Particulars.Text)));
        await batch.ExecuteNonQueryAsync(stop);
    }

    static T[] Column<T>(IReadOnlyList<ChainLink> links, Func<ChainLink, T> value) => [.. links.Select(value)];

    static string[] Names(IReadOnlyList<ChainLink> links, Func<IGrouping<string, ChainLink>, string> value) => [.. links.GroupBy(link => link.Entry.ActorId).Select(value)];

    static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
