using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace OpsDashboard.Storage;

/// <summary>
/// A SQLite file beside <c>ops.db</c> that one process has to itself. One caller writes, on one connection; any number read, each on a connection of its own.
/// </summary>
sealed class SqliteFile(string path) : IAsyncDisposable
{
    // auto_vacuum must be said before the first table exists.
    const string Pragmas = "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864;";

    readonly string connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ConnectionString;
    FileStream? ownership;
    SqliteConnection? writer;

    public SqliteConnection Writer => writer ?? throw new InvalidOperationException("The database is not open.");

    /// <summary>Takes the file; creates or checks its tables.</summary>
    /// <param name="schema">Statements that bear repetition; the first makes the table <paramref name="state"/> of names and values.</param>
    /// <param name="pragmas">Of the writing connection, besides those that every file has.</param>
    /// <exception cref="InvalidOperationException">Another process has it, or a newer program made it.</exception>
    public async Task OpenAsync(string schema, string state, long version, CancellationToken stop, string pragmas = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Own();
        writer = await ConnectAsync(stop);
        await ExecuteAsync(Pragmas + pragmas, stop);
        await using var transaction = Writer.BeginTransaction();
        await ExecuteAsync(schema, stop);
        await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT OR IGNORE INTO {state} VALUES ('schema', {version})"), stop);
        await using var command = Command(Writer, $"SELECT value FROM {state} WHERE name = 'schema'");
        var found = (long)(await command.ExecuteScalarAsync(stop))!;
        if (found > version)
            throw new InvalidOperationException($"{path} has schema {found}, this program knows {version}: start the newer program.");
        await transaction.CommitAsync(stop);
    }

    /// <summary>Writes in one transaction; what it throws undoes all of it.</summary>
    /// <param name="isDurable">On the disk when it returns, not only with the operating system.</param>
    public async Task WriteAsync(bool isDurable, Func<SqliteTransaction, Task> write, CancellationToken stop)
    {
        if (isDurable)
            await ExecuteAsync("PRAGMA synchronous=FULL", stop);
        try
        {
            await using var transaction = Writer.BeginTransaction();
            await write(transaction);
            await transaction.CommitAsync(stop);
        }
        finally
        {
            if (isDurable)
                await ExecuteAsync("PRAGMA synchronous=NORMAL", CancellationToken.None);
        }
    }

    /// <summary>One statement, or several, by the writer.</summary>
    /// <returns>Rows that it changed.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken stop, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(Writer, sql, parameters);
        return await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>One prepared statement for many rows, by the writer; parameters are $1, $2, …</summary>
    /// <returns>Rows that it changed.</returns>
    public async Task<int> ExecuteAsync<T>(string sql, IEnumerable<T> rows, int columns, Func<T, object?[]> values, CancellationToken stop)
    {
        await using var command = Command(Writer, sql, [.. Enumerable.Range(1, columns).Select(i => ($"${i}", (object?)null))]);
        var changed = 0;
        foreach (var row in rows)
        {
            var parameters = values(row);
            for (var i = 0; i < columns; i++)
                command.Parameters[i].Value = parameters[i] ?? DBNull.Value;
            changed += await command.ExecuteNonQueryAsync(stop);
        }
        return changed;
    }

    public async Task<List<T>> ReadAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken stop, params (string Name, object? Value)[] parameters)
    {
        var rows = new List<T>();
        await foreach (var row in EachAsync(sql, read, stop, parameters))
            rows.Add(row);
        return rows;
    }

    /// <summary>Rows as they are asked for.</summary>
    public async IAsyncEnumerable<T> EachAsync<T>(string sql, Func<SqliteDataReader, T> read, [EnumeratorCancellation] CancellationToken stop, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            yield return read(reader);
    }

    /// <summary>Another connection; belongs to whoever asked.</summary>
    public async Task<SqliteConnection> ConnectAsync(CancellationToken stop)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(stop);
        return connection;
    }

    /// <summary>
    /// A reading that is interrupted when its token ends: SQLite works on the caller's thread and asks no token, so it runs beside.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public async Task<T> SearchAsync<T>(Func<SqliteConnection, T> search, CancellationToken stop) => await Task.Run(() =>
    {
        const int Interrupted = 9;
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var interrupt = stop.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle!));
        try
        {
            return search(connection);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == Interrupted && stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
    }, stop);

    public static SqliteCommand Command(SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        if (writer is not null)
        {
            await writer.DisposeAsync();
            SqliteConnection.ClearPool(writer);
        }
        ownership?.Dispose();
    }

    void Own()
    {
        try
        {
            ownership = new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another process has {path} open. Stop it, give this one another Storage__DataDirectory, or let both use PostgreSQL.");
        }
    }
}
