using System.Data;
using Npgsql;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>
/// Reads from one connection; every statement runs alone in a read-only transaction with a statement time-out on the server,
/// so that one that fails spoils no other and none holds a lock for long. Works behind a transaction pooler.
/// </summary>
public sealed class PostgresQuery(NpgsqlConnection connection, TimeSpan statementTimeout)
{
    /// <summary>In every statement's text, so that its own work can be left out of pg_stat_statements.</summary>
    public const string Marker = "/* opsdashboard */";

    /// <summary>Number of the server's major version, e.g. 15.</summary>
    public int Version => connection.PostgreSqlVersion.Major;

    public string FullVersion => connection.PostgreSqlVersion.ToString();

    public Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop, params object[] values) => ReadAsync(sql, async reader =>
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(stop))
            rows.Add(read(reader));
        return rows;
    }, stop, values);

    public async Task<T> RowAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop, params object[] values) =>
        (await RowsAsync(sql, read, stop, values))[0];

    /// <param name="sql">One statement: the server refuses several in one of a batch.</param>
    public async Task<T> ReadAsync<T>(string sql, Func<NpgsqlDataReader, Task<T>> read, CancellationToken stop, params object[] values)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("SET TRANSACTION READ ONLY"));
        batch.BatchCommands.Add(new($"SET LOCAL statement_timeout = {(int)Math.Max(1, statementTimeout.TotalMilliseconds)}"));
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
        T answer;
        await using (var reader = await batch.ExecuteReaderAsync(stop))
            answer = await read(reader);
        await transaction.CommitAsync(stop);
        return answer;
    }
}

static class ReaderColumns
{
    public static double? Number(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Convert.ToDouble(reader.GetValue(column));

    public static double NumberOrZero(this NpgsqlDataReader reader, int column) => reader.Number(column) ?? 0;

    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
