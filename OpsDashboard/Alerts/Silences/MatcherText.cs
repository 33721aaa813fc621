using System.Text;
using System.Text.RegularExpressions;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Silences;

/// <summary>
/// Matchers as Alertmanager writes them: <c>name="value"</c>, <c>!=</c>, <c>=~</c>, <c>!~</c>, alone or as <c>{a="b",c=~"d.*"}</c>
/// (alertmanager pkg/labels/parse.go). Quotes may be left out around values without commas.
/// </summary>
public static partial class MatcherText
{
    /// <summary>Longer patterns and values are refused: they are compared with every alert.</summary>
    public const int MaxValue = 1024;

    /// <exception cref="FormatException">The message is fit for a person.</exception>
    public static IReadOnlyList<LabelMatcher> ParseAll(string text)
    {
        var inner = text.Trim();
        if (inner.StartsWith('{') != inner.EndsWith('}'))
            throw new FormatException($"`{text}` lacks a brace.");
        if (inner.StartsWith('{'))
            inner = inner[1..^1];
        return [.. Split(inner).Select(Parse)];
    }

    /// <exception cref="FormatException">The message is fit for a person.</exception>
    public static LabelMatcher Parse(string text)
    {
        var match = Shape().Match(text);
        if (!match.Success)
            throw new FormatException($"`{text}` is no matcher. Write for example severity=\"critical\" or instance=~\"web.*\".");
        var kind = match.Groups[2].Value switch { "=" => MatchKind.Equal, "!=" => MatchKind.NotEqual, "=~" => MatchKind.Regex, _ => MatchKind.NotRegex };
        return Create(match.Groups[1].Value, kind, Unquote(match.Groups[3].Value, text));
    }

    /// <exception cref="FormatException">The message is fit for a person.</exception>
    public static LabelMatcher Create(string name, MatchKind kind, string value)
    {
        if (!Name().IsMatch(name))
            throw new FormatException($"`{name}` is no label name.");
        if (value.Length > MaxValue)
            throw new FormatException($"The value of {name} has {value.Length} characters; at most {MaxValue} are taken.");
        try
        {
            if (kind is MatchKind.Regex or MatchKind.NotRegex)
                _ = new Regex(GoPattern(value), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return new(name, kind, kind is MatchKind.Regex or MatchKind.NotRegex ? GoPattern(value) : value);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"`{value}` is no regular expression that can be used here: {wrong.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>What <see cref="Parse"/> reads back.</summary>
    public static string Write(LabelMatcher matcher) =>
        $"{matcher.Name}{Sign(matcher.Kind)}\"{matcher.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";

    /// <summary>Whether an alert without the label would match: of such matchers alone no silence may consist.</summary>
    public static bool MatchesAbsence(LabelMatcher matcher) => matcher.Matches((string?)null);

    static string Sign(MatchKind kind) => kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" };

    // Go names groups with a P.
    static string GoPattern(string pattern) => pattern.Replace("(?P<", "(?<");

    static IEnumerable<string> Split(string text)
    {
        var (part, isQuoted) = (new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ',' && !isQuoted)
            {
                yield return part.ToString();
                part.Clear();
                continue;
            }
            if (text[i] == '"')
                isQuoted = !isQuoted;
            part.Append(text[i]);
            if (text[i] == '\\' && i + 1 < text.Length)
                part.Append(text[++i]);
        }
        // A comma may stand behind the last one.
        if (part.ToString().Trim().Length > 0)
            yield return part.ToString();
    }

    static string Unquote(string value, string whole)
    {
        var isQuoted = value.Length >= 2 && value[0] == '"' && value[^1] == '"';
        var inner = isQuoted ? value[1..^1] : value;
        var text = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '"')
                throw new FormatException($"`{whole}` has a quote inside its value; write \\\" there.");
            if (inner[i] != '\\')
                text.Append(inner[i]);
            else if (++i == inner.Length)
                throw new FormatException($"`{whole}` ends in a backslash; write \\\\ there.");
            else if (inner[i] is '"' or '\\' or 'n')
                text.Append(inner[i] == 'n' ? '\n' : inner[i]);
            else
                text.Append('\\').Append(inner[i]);
        }
        return text.ToString();
    }

    [GeneratedRegex(@"^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*((?s).*?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
