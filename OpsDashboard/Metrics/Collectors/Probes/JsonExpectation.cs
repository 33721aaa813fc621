using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Collectors.Json;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>What must be true of one place in a JSON answer. Conditions that are null are not made.</summary>
/// <param name="EqualTo">The value as text: <c>healthy</c>, <c>42</c>, <c>true</c>.</param>
/// <param name="Compare">A number's limit, <c>"&lt; 10"</c>.</param>
/// <param name="Pattern">A regular expression found in the text.</param>
/// <param name="MaxAge">How old, or how far ahead, a time stamp may be: ISO 8601, or seconds or milliseconds since 1970.</param>
public sealed record JsonExpectation(string Path, string? EqualTo, string? Compare, string? Pattern, TimeSpan? MaxAge)
{
    static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(200);

    readonly JsonPath path = JsonPath.TryParse(Path) ?? throw new ArgumentException($"{Path} is no JSON path.", nameof(Path));
    readonly Regex? pattern = Pattern is null ? null : new Regex(Pattern, RegexOptions.CultureInvariant, LongestMatch);

    /// <summary>Why the document does not satisfy it, in a sentence; null when it does.</summary>
    public string? Judge(JsonElement document, DateTimeOffset now)
    {
        if (path.Find(document) is not { } found)
            return $"{Path} is missing in the answer.";
        // A value that was asked for is named, a part of the answer is not: what stands in it may not be meant for all who read the reason.
        if (found.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            return $"{Path} is {(found.ValueKind == JsonValueKind.Object ? "an object" : "a list")}, not a single value.";
        var text = found.ValueKind == JsonValueKind.String ? found.GetString()! : found.GetRawText();
        if (EqualTo is not null && text != EqualTo)
            return $"{Path} is “{Short(text)}”, not “{EqualTo}”.";
        if (Compare is not null && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Limits.TryParse(Compare)!.Value.Holds(number)))
            return $"{Path} is {Short(text)}; expected {Compare}.";
        if (pattern is not null && !pattern.IsMatch(text))
            return $"{Path} is “{Short(text)}”, which does not match {Pattern}.";
        return MaxAge is { } limit ? JudgeAge(text, limit, now) : null;
    }

    public static IReadOnlyList<JsonExpectation> Read(YamlMap expect) => [.. expect.Maps("json").Select(ReadOne).OfType<JsonExpectation>()];

    string? JudgeAge(string text, TimeSpan limit, DateTimeOffset now)
    {
        if (Instant(text) is not { } instant)
            return $"{Path} is “{Short(text)}”, which is no time stamp.";
        var age = now - instant;
        var whole = TimeSpan.FromSeconds(Math.Round(Math.Abs(age.TotalSeconds)));
        if (age > limit)
            return $"{Path} is {PrometheusDuration.Format(whole)} old: the answer is stale (allowed {PrometheusDuration.Format(limit)}).";
        return -age > limit ? $"{Path} is {PrometheusDuration.Format(whole)} ahead: the clocks differ (allowed {PrometheusDuration.Format(limit)})." : null;
    }

    static DateTimeOffset? Instant(string text)
    {
        const double MillisecondsFrom = 1e11;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number is > 0 and < 1e14 ? DateTimeOffset.UnixEpoch.AddMilliseconds(number >= MillisecondsFrom ? number : number * 1000) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
    }

    static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    static JsonExpectation? ReadOne(YamlMap map)
    {
        var before = map.ErrorCount;
        var expectation = (Path: map.Required("path"), EqualTo: map.Text("equals"), Compare: map.Text("compare"), Pattern: map.Text("matches"), MaxAge: map.Duration("max_age"));
        if (expectation.Path.Length > 0 && JsonPath.TryParse(expectation.Path) is null)
            map.Report("path", $"`path: {expectation.Path}` is no JSON path.", "Write for example `$.status`.");
        if (expectation.Compare is not null && Limits.TryParse(expectation.Compare) is null)
            map.Report("compare", $"`compare: {expectation.Compare}` is no condition.", "Write for example `\"< 10\"`.");
        ProbePattern.Check(map, "matches", expectation.Pattern);
        map.RejectUnknownKeys();
        return map.ErrorCount == before ? new(expectation.Path, expectation.EqualTo, expectation.Compare, expectation.Pattern, expectation.MaxAge) : null;
    }
}

static class Limits
{
    /// <summary>A limit written as a comparison and a number; null where it is none.</summary>
    public static BandLimit? TryParse(string text)
    {
        foreach (var (sign, comparison) in new[] { ("<=", Comparison.AtMost), (">=", Comparison.AtLeast), ("<", Comparison.Below), (">", Comparison.Above) })
        {
            if (text.StartsWith(sign, StringComparison.Ordinal))
                return double.TryParse(text.AsSpan(sign.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? new(comparison, value) : null;
        }
        return null;
    }
}

static class ProbePattern
{
    public static void Check(YamlMap map, string key, string? pattern)
    {
        try
        {
            _ = pattern is null ? null : new Regex(pattern);
        }
        catch (RegexParseException error)
        {
            map.Report(key, $"`{key}: {pattern}` is not a regular expression: {error.Message}", "Correct it.");
        }
    }
}
