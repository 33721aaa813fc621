using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using OpsDashboard.Logs.Search;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>How lines get into a partition and out of it: binary COPY, and one statement whose index PostgreSQL chooses.</summary>
static class PostgresLineSql
{
    public static async Task CopyAsync(NpgsqlConnection connection, long partition, IReadOnlyList<LogRow> rows, CancellationToken stop)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY logs.line_{partition} ({LogRows.LineColumns}, words) FROM STDIN (FORMAT BINARY)", stop);
        foreach (var row in rows)
        {
            var entry = row.Entry;
            await copy.StartRowAsync(stop);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync(Instant.ToMicroseconds(entry.At), NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync(Instant.ToMicroseconds(entry.ReceivedAt), NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync((short)entry.Level, NpgsqlDbType.Smallint, stop);
            await copy.WriteAsync((int)entry.Flaws, NpgsqlDbType.Integer, stop);
            await copy.WriteAsync(entry.Pattern, NpgsqlDbType.Bigint, stop);
            foreach (var text in new[] { entry.Component, entry.Category, entry.Event, entry.CorrelationId, entry.Source, entry.Message, row.Fields })
            {
                if (text is null)
                    await copy.WriteNullAsync(stop);
                else
                    await copy.WriteAsync(text, NpgsqlDbType.Text, stop);
            }
            // The column's own form on the wire; COPY asks for bytes, not for a type.
            await copy.WriteAsync(Vector(row.Words), NpgsqlDbType.Bytea, stop);
        }
        await copy.CompleteAsync(stop);
    }

    public static void Write(NpgsqlCommand command, LogPartition partition, LogScan scan, int limit)
    {
        var filter = scan.Match.Filter;
        var sql = $"SELECT {LogRows.LineColumns} FROM logs.line_{partition.Number} WHERE id >= {Next(scan.From)} AND id < {Next(scan.To)}";
        if (filter.Levels.Count > 0)
        {
            sql += $" AND level = ANY ({Next(filter.Levels.Select(level => (short)level).ToArray())})";
            // Said apart, so that the index of grave lines is seen to hold them.
            if (filter.Levels.Min() >= LineLevel.Warn)
                sql += " AND level >= 4";
        }
        sql += Any("component", filter.Components) + Any("category", filter.Categories) + Any("event", filter.Events);
        if (filter.CorrelationId is not null)
            sql += $" AND correlation = {Next(filter.CorrelationId)}";
        if (filter.Pattern is { } pattern)
            sql += $" AND pattern = {Next(pattern)}";
        // An index of its own finds it; the words would only be read in vain.
        if (filter.CorrelationId is null && scan.Match.Words() is { Count: > 0 } words)
            sql += $" AND words @@ {Next(Match(words))}::tsquery";
        sql += LogRows.Inside(scan.Match, "{0} ILIKE {1}", Next);
        command.CommandText = $"{sql} ORDER BY id DESC LIMIT {Next(limit)}";

        string Next(object value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
            return $"${command.Parameters.Count}";
        }

        string Any(string column, IReadOnlyList<string> values) => values.Count == 0 ? "" : $" AND lower({column}) = ANY ({Next(values.Select(value => value.ToLowerInvariant()).ToArray())})";
    }

    // tsvectorsend's form: a count, then each word with its end and no places, which nobody asks for.
    static ReadOnlyMemory<byte> Vector(string words)
    {
        string[] distinct = [.. LogWords.In(words).Distinct(StringComparer.Ordinal)];
        Array.Sort(distinct, StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>(words.Length + 256);
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), distinct.Length);
        buffer.Advance(4);
        foreach (var word in distinct)
        {
            Encoding.UTF8.GetBytes(word, buffer);
            buffer.Write([(byte)0, (byte)0, (byte)0]);
        }
        return buffer.WrittenMemory;
    }

    static string Match(IReadOnlyList<IReadOnlyList<IReadOnlyList<IndexWord>>> words) => LogRows.Match(words, " & ", " | ", word => $"'{word.Word}'{(word.IsPrefix ? ":*" : "")}");
}
