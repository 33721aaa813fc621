using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpsDashboard.Metrics.Collectors.Sql;

/// <summary>Runs one query on an SQLite file, opened read-only. SQLite has no time-out of its own, so its progress handler asks the clock.</summary>
public static class SqliteRows
{
    const int InstructionsBetweenLooks = 10_000;

    public static async Task<SqlRows> ReadAsync(string file, string query, int maxRows, TimeSpan timeout, TimeProvider clock, CancellationToken stop)
    {
        if (ClosedPlaces.RejectFile(file) is { } refusal)
            throw new SqlRowsException(refusal, CollectFailure.AuthenticationFailed);
        if (!File.Exists(file))
            throw new SqlRowsException($"There is no file {file}.", CollectFailure.Refused);
        var settings = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = Math.Max(1, (int)timeout.TotalSeconds) };
        // The library blocks; a thread of its own keeps the caller's free.
        return await Task.Run(async () =>
        {
            await using var connection = new SqliteConnection(settings.ConnectionString);
            await connection.OpenAsync(stop);
            var begun = clock.GetTimestamp();
            // A query could otherwise reach every other file with ATTACH.
            raw.sqlite3_limit(connection.Handle, raw.SQLITE_LIMIT_ATTACHED, 0);
            raw.sqlite3_progress_handler(connection.Handle, InstructionsBetweenLooks, _ => stop.IsCancellationRequested || clock.GetElapsedTime(begun) > timeout ? 1 : 0, null);
            await using var command = connection.CreateCommand();
            command.CommandText = query;
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await SqlRows.ReadAsync(reader, maxRows, stop);
        }, stop);
    }
}
