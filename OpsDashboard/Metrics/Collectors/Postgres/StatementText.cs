using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Makes a running statement fit to be shown: literals may hold passwords and personal data, so they are left out, and comments too.</summary>
public static partial class StatementText
{
    const int Longest = 300;

    public static string Shown(string? statement)
    {
        var text = statement ?? "";
        // Whether a backslash escapes a quote depends on the session, so with one in the text nothing after the first quote is shown.
        if (text.Contains('\\') && text.IndexOf('\'') is >= 0 and var quote)
            text = text[..(quote + 1)];
        text = Quoted().Replace(text, part => part.Value[0] switch { '\'' or '$' => "'…'", '"' => part.Value, _ => " " });
        text = Spaces().Replace(text, " ").Trim();
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    // Comments, quoted names, literals; what the server cut off runs to the end.
    [GeneratedRegex(@"--[^\n]*|/\*[\s\S]*?(?:\*/|$)|""(?:[^""]|"""")*(?:""|$)|'(?:[^']|'')*(?:'|$)|\$(?<tag>[A-Za-z_]*)\$[\s\S]*?(?:\$\k<tag>\$|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
