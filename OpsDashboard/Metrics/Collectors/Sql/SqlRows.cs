using System.Data.Common;
using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Sql;

/// <summary>An answer: column names and rows. The limit on rows is a failure, not a cut: a figure over a part of the rows would be a wrong figure.</summary>
public sealed record SqlRows(IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows)
{
    /// <exception cref="SqlRowsException">More rows than allowed.</exception>
    public static async Task<SqlRows> ReadAsync(DbDataReader reader, int maxRows, CancellationToken stop)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(stop))
        {
            if (rows.Count == maxRows)
                throw new SqlRowsException($"The query yields more than {maxRows} rows.", CollectFailure.TooLarge);
            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            rows.Add(row);
        }
        return new(columns, rows);
    }

    /// <exception cref="SqlRowsException">There is no such column; the message names those that there are.</exception>
    public int Column(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
                return i;
        }
        throw new SqlRowsException($"The query yields no column {name}, only {string.Join(", ", Columns)}.", CollectFailure.Malformed);
    }

    /// <summary>The number in a cell; null for NULL.</summary>
    /// <exception cref="SqlRowsException">It is no number.</exception>
    public static double? Number(object? cell) => cell switch
    {
        null => null,
        double number => number,
        bool flag => flag ? 1 : 0,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new SqlRowsException("A value that should become a sample is no number.", CollectFailure.Malformed),
    };

    public static string Text(object? cell) => cell switch
    {
        null => "",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => (string)cell,
    };

    static object Plain(object value) => value switch
    {
        bool flag => flag,
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeSpan span => span.TotalSeconds,
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        byte[] => "(binary)",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

/// <summary>The answer does not fit what the target says of it; the message is fit for a person.</summary>
public sealed class SqlRowsException(string message, CollectFailure failure) : Exception(message)
{
    public CollectFailure Failure { get; } = failure;
}
