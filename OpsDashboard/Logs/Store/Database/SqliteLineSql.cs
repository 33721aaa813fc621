using Microsoft.Data.Sqlite;
using OpsDashboard.Logs.Search;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The statement that reads lines of a partition, by the full-text index where words narrow it down.</summary>
static class SqliteLineSql
{
    const string Columns = "l.id, l.at, l.received, l.level, l.flaws, l.pattern, l.component, l.category, l.event, l.correlation, l.source, l.message, l.fields";

    public static (string Sql, List<(string Name, object? Value)> Parameters) Of(LogPartition partition, LogScan scan, int limit)
    {
        var (number, filter) = (partition.Number, scan.Match.Filter);
        var parameters = new List<(string, object?)> { ("$from", scan.From), ("$to", scan.To), ("$limit", limit) };
        var words = scan.Match.Words();
        // CROSS JOIN keeps the order of the tables: the index first, by descending id.
        var (source, key) = words.Count == 0 ? ($"line_{number} l", "l.id") : ($"words_{number} w CROSS JOIN line_{number} l ON l.id = w.rowid", "w.rowid");
        var sql = $"SELECT {Columns} FROM {source} WHERE {key} >= $from AND {key} < $to";
        if (words.Count > 0)
        {
            sql += $" AND w.words_{number} MATCH $match";
            parameters.Add(("$match", Match(words)));
        }
        sql += Any("l.level", filter.Levels.Select(level => (object)(int)level));
        sql += Any("l.component COLLATE NOCASE", filter.Components);
        sql += Any("l.category COLLATE NOCASE", filter.Categories);
        sql += Any("l.event COLLATE NOCASE", filter.Events);
        if (filter.CorrelationId is not null)
            sql += Any("l.correlation", [filter.CorrelationId]);
        if (filter.Pattern is { } pattern)
            sql += Any("l.pattern", [pattern]);
        return ($"{sql} ORDER BY {key} DESC LIMIT $limit", parameters);

        string Any(string column, IEnumerable<object> values)
        {
            var names = new List<string>();
            foreach (var value in values)
            {
                names.Add($"$p{parameters.Count}");
                parameters.Add((names[^1], value));
            }
            return names.Count == 0 ? "" : $" AND {column} IN ({string.Join(", ", names)})";
        }
    }

    public static LogEntry Read(SqliteDataReader reader, string system) => new()
    {
        Id = reader.GetInt64(0),
        At = Instant.FromMicroseconds(reader.GetInt64(1)),
        ReceivedAt = Instant.FromMicroseconds(reader.GetInt64(2)),
        Level = (LineLevel)reader.GetInt32(3),
        Flaws = (LineFlaws)reader.GetInt32(4),
        Pattern = reader.GetInt64(5),
        SystemId = system.Length == 0 ? null : system,
        Component = Text(reader, 6),
        Category = Text(reader, 7),
        Event = Text(reader, 8),
        CorrelationId = Text(reader, 9),
        Source = Text(reader, 10),
        Message = reader.GetString(11),
        Fields = FieldsJson.Read(Text(reader, 12)),
    };

    static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    // Words are letters and digits only, so that quotes hold them.
    static string Match(IReadOnlyList<IReadOnlyList<IReadOnlyList<IndexWord>>> words) => string.Join(" AND ", words.Select(any =>
        $"({string.Join(" OR ", any.Select(all => $"({string.Join(" AND ", all.Select(word => $"\"{word.Word}\"{(word.IsPrefix ? " *" : "")}"))})"))})"));
}
