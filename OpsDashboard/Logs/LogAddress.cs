using System.Globalization;
using Microsoft.Extensions.Primitives;
using OpsDashboard.Access;
using OpsDashboard.Ui;

namespace OpsDashboard.Logs;

/// <summary>
/// A filter as it stands in an address: <c>?q=&amp;case=1&amp;system=&amp;level=&amp;levels=&amp;category=&amp;event=&amp;component=&amp;correlationId=&amp;pattern=&amp;field.room_id=7</c>,
/// and the time as <c>range=1h</c>, or <c>from</c> and <c>to</c> in ISO 8601 or milliseconds. The same for the page and the API.
/// </summary>
public static class LogAddress
{
    const string FieldPrefix = "field.";

    /// <param name="saved">A search of the guides that the address names; what else it says narrows that down.</param>
    /// <exception cref="InvalidInputException">Every parameter that cannot be read.</exception>
    public static LogFilter Read(IEnumerable<KeyValuePair<string, StringValues>> query, DateTimeOffset now, out SavedSearch? saved)
    {
        var given = query.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        var problems = new List<FieldProblem>();
        var to = Time("to");
        var from = Time("from");
        if (from is null && to is null && One("range") is { } range)
            from = Span(range) is { } span ? now - span : Wrong<DateTimeOffset?>("range", "is a duration such as 15m, 24h or 7d.");
        var savedId = One("saved");
        saved = SavedSearches.Find(savedId);
        if (savedId is not null && saved is null)
            problems.Add(new("saved", $"is none of {string.Join(", ", SavedSearches.All.Select(search => search.Id))}."));
        var filter = (saved?.Filter ?? new()) with
        {
            From = from,
            To = to,
            Systems = Many("system"),
            Categories = Many("category"),
            Events = Many("event"),
            Components = Many("component"),
            CorrelationId = One("correlationId"),
            CaseSensitive = One("case") is "1" or "true",
            Pattern = One("pattern") is not { } pattern ? null : long.TryParse(pattern, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : Wrong<long?>("pattern", "is the id of a pattern."),
        };
        if (One("q") is { } text)
            filter = filter with { Text = filter.Text is null ? text : $"{filter.Text} {text}" };
        if (One("level") is { } level)
            filter = Level(level) is { } least ? filter.WithMinLevel(least) : Wrong<LogFilter>("level", Words) ?? filter;
        if (Many("levels") is { Count: > 0 } levels)
            filter = levels.All(one => Level(one) is not null) ? filter with { Levels = [.. levels.Select(one => Level(one)!.Value)] } : Wrong<LogFilter>("levels", Words) ?? filter;
        var fields = given.Where(pair => pair.Key.StartsWith(FieldPrefix, StringComparison.OrdinalIgnoreCase))
            .SelectMany(pair => pair.Value.Select(value => new LogField(pair.Key[FieldPrefix.Length..], value ?? ""))).ToList();
        if (fields.Count > 0)
            filter = filter with { Fields = [.. filter.Fields, .. fields] };
        InvalidInputException.ThrowIfAny(problems);
        return filter;

        string? One(string name) => given.TryGetValue(name, out var values) && !string.IsNullOrWhiteSpace(values.ToString()) ? values.ToString().Trim() : null;

        IReadOnlyList<string> Many(string name) => One(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

        DateTimeOffset? Time(string name) => One(name) is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253402300799000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
            : Wrong<DateTimeOffset?>(name, "is no time, e.g. 2026-11-20T03:00:00Z.");

        T? Wrong<T>(string field, string message)
        {
            problems.Add(new(field, message));
            return default;
        }
    }

    /// <summary>The page with a filter.</summary>
    public static string Of(LogFilter filter, params ReadOnlySpan<(string Name, string? Value)> more) => At(Urls.Logs, filter, more);

    /// <summary>A path with a filter; times as the browser's charts write them.</summary>
    public static string At(string path, LogFilter filter, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var url = Urls.With(path,
            ("q", filter.Text), ("case", filter.CaseSensitive ? "1" : null), ("system", Join(filter.Systems)), ("levels", Join(filter.Levels.Select(level => level.ToString().ToLowerInvariant()))),
            ("category", Join(filter.Categories)), ("event", Join(filter.Events)), ("component", Join(filter.Components)), ("correlationId", filter.CorrelationId),
            ("pattern", filter.Pattern?.ToString(CultureInfo.InvariantCulture)), ("from", Milliseconds(filter.From)), ("to", Milliseconds(filter.To)));
        foreach (var field in filter.Fields)
            url = Urls.With(url, (FieldPrefix + Uri.EscapeDataString(field.Name), field.Value));
        return Urls.With(url, more);
    }

    /// <summary><c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>; null: none of these.</summary>
    public static TimeSpan? Span(string text) => text.Length is > 1 and < 8 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? text[^1] switch
    {
        's' => TimeSpan.FromSeconds(number),
        'm' => TimeSpan.FromMinutes(number),
        'h' => TimeSpan.FromHours(number),
        'd' => TimeSpan.FromDays(Math.Min(number, 36500)),
        _ => null,
    } : null;

    static string Words => $"is one of {string.Join(", ", Enum.GetNames<LineLevel>().Select(name => name.ToLowerInvariant()))}.";

    static LineLevel? Level(string word) => word.Equals("none", StringComparison.OrdinalIgnoreCase) ? LineLevel.None : Lines.LineLevels.OfWord(word) is not LineLevel.None and var level ? level : null;

    static string? Join(IEnumerable<string> values) => string.Join(',', values) is { Length: > 0 } text ? text : null;

    static string? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
