using System.Globalization;
using System.Text;

namespace OpsDashboard.Logs.Search;

/// <summary>
/// What the databases' full-text indexes hold of a line: its words in lower case, and marks for what is asked for exactly. The same for both, so that
/// both find the same. An index only narrows down; <see cref="LogText"/> decides.
/// </summary>
static class LogWords
{
    /// <summary>Of a line so many characters are indexed; words beyond that are not found.</summary>
    public const int MaxText = 16 * 1024;

    /// <summary>Longer words are cut, in lines as in searches.</summary>
    public const int MaxWord = 64;

    // Letters that no log uses, so that no word of a line is taken for a mark.
    const char CorrelationMark = '\u0265', LevelMark = '\u029F';

    /// <summary>Letters and digits; everything else, '_' among it, parts words.</summary>
    public static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || (letter >= 0x80 && (char.IsLetterOrDigit(letter) || char.IsSurrogate(letter)));

    public static string Of(LogEntry entry)
    {
        var text = new StringBuilder(256);
        text.Append(Level(entry.Level));
        if (entry.CorrelationId is { } id)
            text.Append(' ').Append(Correlation(id));
        Add(text, entry.Message);
        Add(text, entry.Event);
        Add(text, entry.Category);
        Add(text, entry.Component);
        foreach (var field in entry.Fields)
            Add(text, field.Value);
        return text.ToString();
    }

    public static string Level(LineLevel level) => string.Create(CultureInfo.InvariantCulture, $"{LevelMark}{(int)level}");

    public static string Correlation(string id) => string.Create(CultureInfo.InvariantCulture, $"{CorrelationMark}{StableHash.Of(id):x16}");

    /// <summary>The words of a text, in lower case and in their order.</summary>
    public static IEnumerable<string> In(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsWord(text[at]))
                continue;
            var start = at;
            while (at < text.Length && IsWord(text[at]))
                at++;
            yield return text[start..Math.Min(at, start + MaxWord)].ToLowerInvariant();
        }
    }

    static void Add(StringBuilder text, string? part)
    {
        if (part is null)
            return;
        text.Append(' ');
        var end = Math.Min(part.Length, MaxText - text.Length);
        for (var i = 0; i < end; i++)
            text.Append(IsWord(part[i]) ? char.ToLowerInvariant(part[i]) : ' ');
    }
}

/// <summary>A hash that stays the same over versions and machines: it is stored.</summary>
static class StableHash
{
    const ulong Offset = 14695981039346656037, Prime = 1099511628211;

    /// <summary>FNV-1a over the UTF-16 units, with the finish of splitmix64.</summary>
    public static long Of(params ReadOnlySpan<string?> parts)
    {
        var hash = Offset;
        foreach (var part in parts)
        {
            foreach (var letter in part ?? "")
                hash = (hash ^ letter) * Prime;
            // Parts end: "ab", "c" is not "a", "bc".
            hash = (hash ^ 0x1F) * Prime;
        }
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return (long)(hash ^ (hash >> 31));
    }
}
