namespace OpsDashboard.Logs;

/// <summary>One line of a log, as it is kept. Immutable.</summary>
public sealed record LogEntry
{
    /// <summary>Given by the store, 0 before. Ascends with <see cref="At"/> in milliseconds, within one with the order of arrival. Larger than a number of JavaScript: JSON carries it as text.</summary>
    public long Id { get; init; }

    /// <summary>When it happened, as the line says; else <see cref="ReceivedAt"/>.</summary>
    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public LineLevel Level { get; init; }

    /// <summary>Null: no system claims it; only grants over all systems read it.</summary>
    public string? SystemId { get; init; }

    public string? Component { get; init; }
    public string? Category { get; init; }
    public string? Event { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>Of plain text the whole line; of JSON what it calls its message, else its event, else the line.</summary>
    public required string Message { get; init; }

    /// <summary>What else the line says, flattened: <c>room_id</c>, <c>details.duration_ms</c>. In the order of the line; names occur once.</summary>
    public IReadOnlyList<LogField> Fields { get; init; } = [];

    /// <summary>Where it came from, e.g. <c>http</c>, <c>otlp</c> or the name of a file.</summary>
    public string? Source { get; init; }

    /// <summary>What was wrong with the line and how it was taken nevertheless.</summary>
    public LineFlaws Flaws { get; init; }

    /// <summary>The <see cref="LogPattern.Id"/> of lines like this one; given by the store.</summary>
    public long Pattern { get; init; }

    /// <summary>The value of a field, without regard to case of its name; null if the line has none.</summary>
    public string? this[string field]
    {
        get
        {
            foreach (var one in Fields)
            {
                if (string.Equals(one.Name, field, StringComparison.OrdinalIgnoreCase))
                    return one.Value;
            }
            return null;
        }
    }
}

/// <summary>One thing that a line says.</summary>
/// <param name="IsLiteral">A number, true or false in the line's JSON; written without quotes again.</param>
public readonly record struct LogField(string Name, string Value, bool IsLiteral = false);

/// <summary>Rules for lines that are not as they should be. None of them loses the line; each is counted.</summary>
[Flags]
public enum LineFlaws
{
    None = 0,

    /// <summary>Bytes that are no UTF-8 became U+FFFD.</summary>
    InvalidUtf8 = 1,

    /// <summary>Longer than <see cref="LogLimits"/> allow; the rest is cut off, the field <c>original_bytes</c> says how long it was.</summary>
    Cut = 2,

    /// <summary>Says no time that can be read: it is taken to have happened when it was received.</summary>
    NoTime = 4,

    /// <summary>Further ahead of the clock than ten minutes: the same; the field <c>claimed_time</c> keeps what it said.</summary>
    FutureTime = 8,

    /// <summary>Begins like JSON and is none: taken as plain text.</summary>
    BrokenJson = 16,

    /// <summary>More fields, or longer ones, than are kept.</summary>
    FieldsCut = 32,

    /// <summary>A value that looks like a password or token was replaced.</summary>
    Masked = 64,
}

/// <summary>What one line may hold; more is cut, and said.</summary>
public static class LogLimits
{
    public const int MaxLineBytes = 1024 * 1024, MaxMessage = 32 * 1024, MaxFields = 64, MaxFieldName = 128, MaxFieldValue = 16 * 1024, MaxName = 128;
}
