using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace OpsDashboard.Storage;

/// <summary>How a feature speaks to a schema of its own in PostgreSQL, beside the domain's. Parameters are $1, $2, …</summary>
static class PostgresCommands
{
    /// <summary>Creates or checks the tables, under a lock that one process holds.</summary>
    /// <param name="what">Whose tables they are, for refusals: <c>logs</c>.</param>
    /// <param name="schema">Statements that bear repetition.</param>
    /// <param name="state">The table of names and values that they make.</param>
    /// <exception cref="InvalidOperationException">A newer program made them.</exception>
    public static Task OpenSchemaAsync(this NpgsqlDataSource source, string what, long schemaLock, string schema, string state, long version, CancellationToken stop) => source.WriteAsync(isDurable: true, async connection =>
    {
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", stop, schemaLock);
        await connection.ExecuteAsync(schema, stop);
        await connection.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {state} VALUES ('schema', {version}) ON CONFLICT DO NOTHING"), stop);
        await using var command = connection.Command($"SELECT value FROM {state} WHERE name = 'schema'");
        var found = (long)(await command.ExecuteScalarAsync(stop))!;
        if (found > version)
            throw new InvalidOperationException($"The database's {what} have schema {found}, this program knows {version}: start the newer program.");
    }, stop);

    /// <summary>Writes in one transaction; what it throws undoes all of it.</summary>
    /// <param name="isDurable">On the disk when it returns.</param>
    public static async Task WriteAsync(this NpgsqlDataSource source, bool isDurable, Func<NpgsqlConnection, Task> write, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await connection.WriteAsync(isDurable, write, stop);
    }

    /// <inheritdoc cref="WriteAsync(NpgsqlDataSource, bool, Func{NpgsqlConnection, Task}, CancellationToken)"/>
    public static async Task WriteAsync(this NpgsqlConnection connection, bool isDurable, Func<NpgsqlConnection, Task> write, CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        if (!isDurable)
            await connection.ExecuteAsync("SET LOCAL synchronous_commit = off", stop);
        await write(connection);
        await transaction.CommitAsync(stop);
    }

    /// <returns>Rows that it changed.</returns>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken stop, params object[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(stop);
    }

    /// <returns>Rows that it changed.</returns>
    public static async Task<int> ExecuteAsync(this NpgsqlDataSource source, string sql, CancellationToken stop, params object[] parameters)
    {
        await using var command = source.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(stop);
    }

    public static async Task<object?> ScalarAsync(this NpgsqlDataSource source, string sql, CancellationToken stop, params object[] parameters)
    {
        await using var command = source.Command(sql, parameters);
        return await command.ExecuteScalarAsync(stop);
    }

    public static async Task<List<T>> ReadAsync<T>(this NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop, params object[] parameters)
    {
        await using var command = source.Command(sql, parameters);
        return await command.ReadAsync(read, stop);
    }

    public static async Task<List<T>> ReadAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken stop)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Rows as they are asked for.</summary>
    public static async IAsyncEnumerable<T> EachAsync<T>(this NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken stop, params object[] parameters)
    {
        await using var command = source.Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            yield return read(reader);
    }

    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params object[] parameters) => With(new(sql, connection), parameters);

    public static NpgsqlCommand Command(this NpgsqlDataSource source, string sql, params object[] parameters) => With(source.CreateCommand(sql), parameters);

    /// <summary>A parameter that may be null, whose type PostgreSQL cannot guess then.</summary>
    public static DbParameter Text(string? text) => new NpgsqlParameter { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    static NpgsqlCommand With(NpgsqlCommand command, object[] parameters)
    {
        foreach (var value in parameters)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        return command;
    }
}
