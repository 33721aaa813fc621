using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>
/// Reads the chain as bytes, oldest entry first, in portions: memory does not grow with the log, and no transaction stays open for long.
/// Past the object mapper, which takes longer for a row than verifying it.
/// </summary>
sealed class AuditRows(OpsContextFactory contexts)
{
    /// <summary>Rows a statement, and rows that are handed on together.</summary>
    const int Portion = 20_000, Batch = 500;

    // The condition on both tables lets either database walk two indexes side by side from there on.
    const string From = "WHERE e.sequence > @after ORDER BY e.sequence LIMIT @portion";

    const string Sqlite = $"""
        SELECT e.sequence, e.format_version, e.at, e.outcome, CAST(e.actor_id AS BLOB), CAST(e.action AS BLOB), CAST(e.subject AS BLOB), e.particulars_hash, e.hash, p.salt, CAST(p.text AS BLOB)
        FROM audit_entry e LEFT JOIN audit_particulars p ON p.sequence = e.sequence AND p.sequence > @after {From}
        """;

    const string Postgres = $"""
        SELECT e.sequence, e.format_version, e.at, e.outcome, convert_to(e.actor_id, 'UTF8'), convert_to(e.action, 'UTF8'), convert_to(e.subject, 'UTF8'), e.particulars_hash, e.hash, p.salt, convert_to(p.text, 'UTF8')
        FROM ops.audit_entry e LEFT JOIN ops.audit_particulars p ON p.sequence = e.sequence AND p.sequence > @after {From}
        """;

    static readonly (string Stored, byte[] Hashed)[] Outcomes =
        [.. Enum.GetValues<AuditOutcome>().Select(outcome => (outcome.ToString(), Encoding.UTF8.GetBytes(AuditFormat.OutcomeText(outcome))))];

    public async IAsyncEnumerable<IReadOnlyList<AuditRow>> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        await context.Database.OpenConnectionAsync(stop);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = contexts.Options.Provider == StorageProvider.Postgres ? Postgres : Sqlite;
        var after = Add(command, "@after", 0L);
        Add(command, "@portion", Portion);
        for (var count = Portion; count == Portion;)
        {
            count = 0;
            await using var reader = await command.ExecuteReaderAsync(stop);
            var batch = new List<AuditRow>(Batch);
            while (await reader.ReadAsync(stop))
            {
                batch.Add(Row(reader));
                count++;
                if (batch.Count < Batch)
                    continue;
                after.Value = batch[^1].Sequence;
                yield return batch;
                batch = new(Batch);
            }
            if (batch.Count == 0)
                continue;
            after.Value = batch[^1].Sequence;
            yield return batch;
        }
    }

    static DbParameter Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
        return parameter;
    }

    static AuditRow Row(DbDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt32(1),
        reader.GetInt64(2),
        Bytes(reader, 4),
        Bytes(reader, 5),
        Bytes(reader, 6),
        Outcome(reader.GetString(3)),
        Bytes(reader, 7),
        Bytes(reader, 8),
        reader.IsDBNull(9) ? null : Bytes(reader, 9),
        reader.IsDBNull(9) ? null : Bytes(reader, 10));

    static byte[] Bytes(DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    static byte[] Outcome(string stored)
    {
        foreach (var (known, hashed) in Outcomes)
        {
            if (known == stored)
                return hashed;
        }
        return [];
    }
}
