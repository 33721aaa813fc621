namespace OpsDashboard.Logs.Pages;

/// <summary>The fields of a line as a person reads an error: where it broke, what was asked, by whom, and whether it was mended.</summary>
/// <param name="Stack">Texts of several lines.</param>
/// <param name="Groups">With their headings; none is empty.</param>
sealed record LineParts(IReadOnlyList<LogField> Stack, IReadOnlyList<(string Title, IReadOnlyList<LogField> Fields)> Groups)
{
    public static readonly LineParts None = new([], []);

    static readonly (string Title, string[] Words)[] Known =
    [
        ("Request", ["request", "http", "method", "path", "url", "uri", "status", "ip", "user_agent", "referer", "query", "endpoint", "route", "host", "protocol", "bytes"]),
        ("Session", ["session", "user", "player", "account", "room", "game"]),
        ("Recovery", ["recovery", "recovered", "retry", "retries", "attempt", "fallback", "reconnect"]),
    ];

    static readonly string[] Stacks = ["stack", "stacktrace", "stack_trace", "traceback", "exception", "backtrace"];

    public static LineParts Of(LogEntry entry)
    {
        var stack = entry.Fields.Where(field => field.Value.Contains('\n') || (field.Value.Length > 120 && Stacks.Contains(Last(field.Name)))).ToList();
        var groups = entry.Fields.Except(stack).GroupBy(TitleOf).OrderBy(group => Array.FindIndex(Known, known => known.Title == group.Key) is var at && at < 0 ? Known.Length : at)
            .Select(group => (group.Key, (IReadOnlyList<LogField>)[.. group]));
        return new(stack, [.. groups]);
    }

    // A part of the name decides, the outermost first: details.request.user_id belongs to the request.
    static string TitleOf(LogField field)
    {
        foreach (var part in field.Name.ToLowerInvariant().Split('.'))
        {
            foreach (var (title, words) in Known)
            {
                if (words.Any(word => part == word || part.StartsWith(word + "_", StringComparison.Ordinal)))
                    return title;
            }
        }
        return "Fields";
    }

    static string Last(string name) => name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();
}
