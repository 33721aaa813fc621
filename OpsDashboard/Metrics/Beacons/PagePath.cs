using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>Makes a label of a path: parts that look like ids would make a series for each.</summary>
public static partial class PagePath
{
    public const int Longest = 200;
    const int LongestPart = 32;

    /// <summary>Why a text is no path, or null.</summary>
    public static string? Reject(string text) => text switch
    {
        { Length: 0 or > Longest } => $"must have 1 to {Longest} characters",
        _ when text[0] != '/' => "must begin with /",
        _ when text.AsSpan().IndexOfAny("?#") >= 0 => "must not hold a query or a fragment",
        _ when text.Any(char.IsControl) => "must not hold control characters",
        _ => null,
    };

    public static string Generalize(string path) =>
        string.Join('/', path.Split('/').Select(part => part.Length > LongestPart || Id().IsMatch(part) ? ":id" : part));

    // Numbers, UUIDs, and long mixtures of hexadecimal digits.
    [GeneratedRegex("^(?:[0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?=.*[0-9])[0-9a-fA-F]{8,})$", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
