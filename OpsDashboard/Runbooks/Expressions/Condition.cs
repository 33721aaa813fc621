using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsDashboard.Runbooks.Expressions;

/// <summary>
/// Whether a step runs: one comparison, e.g. <c>${steps.probe.status} != 200</c>. Numbers are compared as numbers where both sides are some,
/// else texts letter by letter; <c>&lt; &lt;= &gt; &gt;=</c> hold only between numbers. Immutable.
/// </summary>
public sealed partial class Condition
{
    Condition(string source, Template left, string comparison, Template right) => (Source, Left, Comparison, Right) = (source, left, comparison, right);

    public string Source { get; }
    public Template Left { get; }
    public Template Right { get; }
    string Comparison { get; }

    public IEnumerable<Reference> References => Left.References.Concat(Right.References);

    /// <exception cref="FormatException">It is none; the message is fit for a person.</exception>
    public static Condition Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
            throw new FormatException($"`{text}` is no comparison.");
        return new(text, Template.Parse(match.Groups["left"].Value), match.Groups["comparison"].Value, Template.Parse(Unquoted(match.Groups["right"].Value)));
    }

    public bool Holds(StepInputs inputs)
    {
        var (left, right) = (Left.Fill(inputs).Trim(), Right.Fill(inputs).Trim());
        if (Number(left) is { } first && Number(right) is { } second)
            return Compare(first.CompareTo(second));
        return Comparison switch { "==" => left == right, "!=" => left != right, _ => false };
    }

    bool Compare(int order) => Comparison switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    static string Unquoted(string text) => text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;

    [GeneratedRegex(@"^\s*(?<left>\$\{[^}]*\}|[^\s=!<>]+)\s*(?<comparison>==|!=|<=|>=|<|>)\s*(?<right>.+?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
