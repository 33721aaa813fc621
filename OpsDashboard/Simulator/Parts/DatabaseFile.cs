using Microsoft.Data.Sqlite;

namespace OpsDashboard.Simulator.Parts;

/// <summary>
/// The database of a simulated system: a SQLite file that really answers. One connection, used by one caller at a time.
/// Nothing in it is worth keeping through a power cut.
/// </summary>
sealed class DatabaseFile : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1);
    readonly SqliteConnection connection;

    public DatabaseFile(string folder, string schema)
    {
        Directory.CreateDirectory(folder);
        connection = new(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "system.db"), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {schema}";
        command.ExecuteNonQuery();
    }

    /// <summary>Runs statements in one transaction.</summary>
    public Task<int> ExecuteAsync(string sql, CancellationToken stop, params (string Name, object Value)[] parameters) =>
        UseAsync(sql, parameters, async command => await command.ExecuteNonQueryAsync(stop), stop);

    public Task<long> CountAsync(string sql, CancellationToken stop, params (string Name, object Value)[] parameters) =>
        UseAsync(sql, parameters, async command => Convert.ToInt64(await command.ExecuteScalarAsync(stop), System.Globalization.CultureInfo.InvariantCulture), stop);

    public Task<List<T>> ReadAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken stop, params (string Name, object Value)[] parameters) =>
        UseAsync(sql, parameters, async command =>
        {
            var rows = new List<T>();
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                rows.Add(read(reader));
            return rows;
        }, stop);

    async Task<T> UseAsync<T>(string sql, (string Name, object Value)[] parameters, Func<SqliteCommand, Task<T>> use, CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            await using var transaction = connection.BeginTransaction();
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
                command.Parameters.AddWithValue(name, value);
            var result = await use(command);
            await transaction.CommitAsync(stop);
            return result;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        await connection.DisposeAsync();
        gate.Dispose();
    }
}
