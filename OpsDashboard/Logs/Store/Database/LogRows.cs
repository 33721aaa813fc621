using System.Data.Common;
using System.Globalization;
using OpsDashboard.Logs.Search;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>Rows of the logs' tables, which both databases give in the same columns, and how their indexes are asked.</summary>
static class LogRows
{
    public const string LineColumns = "id, at, received, level, flaws, pattern, component, category, event, correlation, source, message, fields";

    static readonly string[] TextColumns = ["message", "fields", "event", "category", "component", "correlation"];

    public const string PartitionColumns = "number, system, day, first_id, last_id, lines, bytes";

    public const string PatternColumns = "id, system, level, category, event, text, example, first_at, last_at";

    public const string PlaceColumns = "system, source, place, lines, read_at, last_at";

    public static LogEntry Line(DbDataReader reader, string system) => new()
    {
        Id = reader.GetInt64(0),
        At = Instant.FromMicroseconds(reader.GetInt64(1)),
        ReceivedAt = Instant.FromMicroseconds(reader.GetInt64(2)),
        Level = (LineLevel)reader.GetInt16(3),
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

    public static LogPartition Partition(DbDataReader reader) => new(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));

    public static StoredPattern Pattern(DbDataReader reader) => new(reader.GetInt64(0), reader.GetString(1), (LineLevel)reader.GetInt16(2), Text(reader, 3), Text(reader, 4),
        reader.GetString(5), reader.GetString(6), Instant.FromMicroseconds(reader.GetInt64(7)), Instant.FromMicroseconds(reader.GetInt64(8)));

    public static SourcePlace Place(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), Instant.FromMicroseconds(reader.GetInt64(4)),
        reader.IsDBNull(5) ? null : Instant.FromMicroseconds(reader.GetInt64(5)));

    public static PatternCount Count(DbDataReader reader) => new(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2));

    /// <summary>Words as a full-text index is asked for them. They are letters and digits only, so that quotes hold them.</summary>
    public static string Match(IReadOnlyList<IReadOnlyList<IReadOnlyList<IndexWord>>> words, string and, string or, Func<IndexWord, string> word) => string.Join(and, words.Select(any =>
        $"({string.Join(or, any.Select(all => $"({string.Join(and, all.Select(word))})"))})"));

    /// <summary>The condition that the texts of <see cref="LineMatch.Inside"/> stand in a line's columns; empty: none.</summary>
    /// <param name="like">How a column is compared without regard to case, with <c>{0}</c> for the column and <c>{1}</c> for the pattern.</param>
    /// <param name="parameter">Adds a value; returns its name.</param>
    public static string Inside(LineMatch match, string like, Func<string, string> parameter) => string.Concat(match.Inside().Select(any =>
        $" AND ({string.Join(" OR ", any.Select(text => parameter($"%{text.Replace("%", @"\%")}%".Replace("_", @"\_"))).SelectMany(name => TextColumns.Select(column => string.Format(CultureInfo.InvariantCulture, like, column, name))))})"));

    static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
