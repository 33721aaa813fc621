using System.Text;

namespace OpsDashboard.Metrics.Collectors.Exposition;

/// <summary>Keeps one copy of each label name and value that recurs, so that many series share them. Not thread-safe.</summary>
public sealed class TextPool
{
    // Values such as identifiers never recur; past the cap they are made anew and not kept.
    const int MaxEntries = 50_000, LongestKept = 128;

    readonly HashSet<string> texts = [];
    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public TextPool() => lookup = texts.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Take(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestKept)
            return Encoding.UTF8.GetString(utf8);
        Span<char> characters = stackalloc char[LongestKept];
        var text = characters[..Encoding.UTF8.GetChars(utf8, characters)];
        if (lookup.TryGetValue(text, out var known))
            return known;
        var made = text.ToString();
        if (texts.Count < MaxEntries)
            texts.Add(made);
        return made;
    }
}
