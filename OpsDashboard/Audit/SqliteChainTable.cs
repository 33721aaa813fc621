using System.Data.Common;
using Microsoft.Data.Sqlite;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>SQLite's transactions begin with the write lock, so the chain needs none of its own.</summary>
sealed class SqliteChainTable : IChainTable
{
    public Task<ChainHead> LockAsync(DbTransaction transaction, CancellationToken stop) =>
        ChainHeadReader.ReadAsync(transaction, "SELECT sequence, hash, at FROM audit_entry ORDER BY sequence DESC LIMIT 1", stop);

    public async Task InsertAsync(DbTransaction transaction, IReadOnlyList<ChainLink> links, CancellationToken stop)
    {
        var sqlite = (SqliteTransaction)transaction;
        await using var entry = Prepare(sqlite, """
            INSERT INTO audit_entry (sequence, format_version, at, actor_id, action, subject, outcome, particulars_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, 9);
        await using var particulars = Prepare(sqlite, "INSERT INTO audit_particulars (sequence, salt, text) VALUES ($1, $2, $3)", 3);
        await using var name = Prepare(sqlite, "INSERT INTO audit_name (actor_id, name) VALUES ($1, $2) ON CONFLICT (actor_id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name", 2);
        foreach (var named in links.GroupBy(link => link.Entry.ActorId))
            Run(name, named.Key, named.Last().ActorName);
        foreach (var (link, text, _) in links)
        {
            Run(entry, link.Sequence, link.FormatVersion, Instant.ToMicroseconds(link.At), link.ActorId, link.Action, link.Subject, link.Outcome.ToString(), link.ParticularsHash, link.Hash);
            Run(particulars, text.Sequence, text.Salt, text.Text);
        }
    }

    static SqliteCommand Prepare(SqliteTransaction transaction, string sql, int parameters)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (var number = 1; number <= parameters; number++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${number}" });
        return command;
    }

    // SQLite has no asynchronous calls; the provider's would run on this thread all the same.
    static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var at = 0; at < values.Length; at++)
            command.Parameters[at].Value = values[at];
        command.ExecuteNonQuery();
    }
}
