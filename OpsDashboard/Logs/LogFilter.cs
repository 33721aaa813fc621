namespace OpsDashboard.Logs;

/// <summary>Which lines. What is null or empty does not restrict; all parts must be met.</summary>
public sealed record LogFilter
{
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    public IReadOnlyList<string> Systems { get; init; } = [];

    /// <summary>Any of these.</summary>
    public IReadOnlyList<LineLevel> Levels { get; init; } = [];

    public IReadOnlyList<string> Components { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];
    public IReadOnlyList<string> Events { get; init; } = [];
    public string? CorrelationId { get; init; }

    /// <summary>Name and value; the same name twice: any of its values.</summary>
    public IReadOnlyList<LogField> Fields { get; init; } = [];

    /// <summary>Words that the line must have, <c>"phrases"</c>, <c>|</c> for or, <c>-word</c> for without. A word is found where a word of the line begins with it, <c>*word</c> within words, too.</summary>
    public string? Text { get; init; }

    public bool CaseSensitive { get; init; }

    /// <summary>Lines of one pattern, by <see cref="LogPattern.Id"/>.</summary>
    public long? Pattern { get; init; }

    /// <summary>This level and graver ones.</summary>
    public LogFilter WithMinLevel(LineLevel level) => this with { Levels = [.. Enum.GetValues<LineLevel>().Where(one => one >= level)] };
}
