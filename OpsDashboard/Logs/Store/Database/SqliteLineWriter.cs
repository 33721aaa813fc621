using Microsoft.Data.Sqlite;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The prepared statements that write into one partition.</summary>
sealed class SqliteLineWriter : IDisposable
{
    readonly SqliteCommand line, words, count;

    public SqliteLineWriter(SqliteConnection connection, long partition)
    {
        line = Prepare(connection, $"INSERT OR IGNORE INTO line_{partition} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", 13);
        words = Prepare(connection, $"INSERT INTO words_{partition} (rowid, words) VALUES ($1, $2)", 2);
        count = Prepare(connection, $"INSERT INTO count_{partition} VALUES ($1, $2, $3) ON CONFLICT (minute, pattern) DO UPDATE SET lines = lines + excluded.lines", 3);
    }

    /// <summary>The one that the next rows belong to: a prepared statement remembers the one in which it was made.</summary>
    public SqliteTransaction Transaction
    {
        set => line.Transaction = words.Transaction = count.Transaction = value;
    }

    /// <summary>False: another line has the id.</summary>
    public bool Insert(LogRow row)
    {
        var entry = row.Entry;
        Set(line, row.Id, Instant.ToMicroseconds(entry.At), Instant.ToMicroseconds(entry.ReceivedAt), (int)entry.Level, (int)entry.Flaws, entry.Pattern,
            entry.Component, entry.Category, entry.Event, entry.CorrelationId, entry.Source, entry.Message, row.Fields);
        if (line.ExecuteNonQuery() == 0)
            return false;
        Set(words, row.Id, row.Words);
        words.ExecuteNonQuery();
        return true;
    }

    public void Count(long minute, long pattern, long lines)
    {
        Set(count, minute, pattern, lines);
        count.ExecuteNonQuery();
    }

    public void Dispose()
    {
        line.Dispose();
        words.Dispose();
        count.Dispose();
    }

    static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
            command.Parameters.AddWithValue($"${i}", DBNull.Value);
        return command;
    }

    static void Set(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}
