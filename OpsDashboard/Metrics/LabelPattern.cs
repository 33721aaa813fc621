using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics;

/// <summary>
/// A regular expression that a whole value must match. The kinds that dashboards are full of (<c>a|b|c</c>, <c>.*</c>, <c>.+</c>) are answered without an
/// automaton, which takes up to a hundred kilobytes each.
/// </summary>
/// <exception cref="RegexParseException">The pattern is not a regular expression.</exception>
sealed class LabelPattern
{
    const string Special = @"\.+*?()|[]{}^$#";

    readonly FrozenSet<string>? words;
    readonly Regex? automaton;
    readonly bool takesAll;
    readonly bool takesAllButEmpty;

    public LabelPattern(string pattern)
    {
        (takesAll, takesAllButEmpty) = (pattern == ".*", pattern == ".+");
        if (takesAll || takesAllButEmpty)
            return;
        var alternatives = pattern.Split('|');
        if (alternatives.All(word => word.AsSpan().IndexOfAny(Special) < 0))
            words = alternatives.ToFrozenSet(StringComparer.Ordinal);
        else
            automaton = new($@"\A(?s:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    public bool Matches(string value) => takesAll || (takesAllButEmpty ? value.Length > 0 : words?.Contains(value) ?? automaton!.IsMatch(value));
}
