using OpsDashboard.Logs.Search;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The statement that reads lines of a partition, by the full-text index where words narrow it down.</summary>
static class SqliteLineSql
{
    public static (string Sql, List<(string Name, object? Value)> Parameters) Of(LogPartition partition, LogScan scan, int limit)
    {
        var (number, filter) = (partition.Number, scan.Match.Filter);
        var parameters = new List<(string, object?)> { ("$from", scan.From), ("$to", scan.To), ("$limit", limit) };
        var words = scan.Match.Words();
        // CROSS JOIN keeps the order of the tables: the index first, by descending id.
        var (source, key) = words.Count == 0 ? ($"line_{number}", "id") : ($"words_{number} w CROSS JOIN line_{number} ON id = w.rowid", "w.rowid");
        var sql = $"SELECT {LogRows.LineColumns} FROM {source} WHERE {key} >= $from AND {key} < $to";
        if (words.Count > 0)
        {
            sql += $" AND w.words_{number} MATCH $match";
            parameters.Add(("$match", Match(words)));
        }
        sql += Any("level", filter.Levels.Select(level => (object)(int)level));
        sql += Any("component COLLATE NOCASE", filter.Components);
        sql += Any("category COLLATE NOCASE", filter.Categories);
        sql += Any("event COLLATE NOCASE", filter.Events);
        if (filter.CorrelationId is not null)
            sql += Any("correlation", [filter.CorrelationId]);
        if (filter.Pattern is { } pattern)
            sql += Any("pattern", [pattern]);
        sql += LogRows.Inside(scan.Match, @"{0} LIKE {1} ESCAPE '\'", Named);
        return ($"{sql} ORDER BY {key} DESC LIMIT $limit", parameters);

        string Any(string column, IEnumerable<object> values)
        {
            var names = values.Select(Named).ToList();
            return names.Count == 0 ? "" : $" AND {column} IN ({string.Join(", ", names)})";
        }

        string Named(object value)
        {
            parameters.Add(($"$p{parameters.Count}", value));
            return parameters[^1].Item1;
        }
    }

    static string Match(IReadOnlyList<IReadOnlyList<IReadOnlyList<IndexWord>>> words) => LogRows.Match(words, " AND ", " OR ", word => $"\"{word.Word}\"{(word.IsPrefix ? " *" : "")}");
}
