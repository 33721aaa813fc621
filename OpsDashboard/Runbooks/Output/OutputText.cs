using System.Text;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Output;

/// <summary>Makes a line fit to be shown and kept.</summary>
public static partial class OutputText
{
    /// <summary>Letters of a line; what is beyond is cut off and said.</summary>
    public const int MostLetters = 4000;

    public static string Clean(string line)
    {
        var text = Printable(Escape().Replace(line.Length > MostLetters * 2 ? line[..(MostLetters * 2)] : line, ""));
        text = SecretMask.Text(text);
        return text.Length <= MostLetters && line.Length <= MostLetters * 2 ? text : $"{Cut(text)}… (line cut)";
    }

    static string Cut(string text)
    {
        var length = Math.Min(text.Length, MostLetters);
        return length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }

    // Control characters could move the cursor of whoever reads the raw log, and turn text around (bidirectional overrides).
    static string Printable(string text)
    {
        if (!text.Any(IsUnfit))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
            clean.Append(letter == '\t' ? ' ' : IsUnfit(letter) ? '\uFFFD' : letter);
        return clean.ToString();
    }

    static bool IsUnfit(char letter) => char.IsControl(letter) || letter is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    // Sequences of terminals: CSI, OSC, and two-letter escapes.
    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?|[@-Z\\-_])|\x9B[0-?]*[ -/]*[@-~]", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
