using System.Text;
using System.Text.RegularExpressions;

namespace OpsDashboard.Runbooks.Expressions;

/// <summary>Where a value comes from: <c>${parameters.name}</c> or <c>${steps.name.output}</c>.</summary>
/// <param name="Output">Null for a parameter.</param>
public sealed record Reference(string Name, string? Output)
{
    public bool IsParameter => Output is null;

    public override string ToString() => IsParameter ? $"${{parameters.{Name}}}" : $"${{steps.{Name}.{Output}}}";
}

/// <summary>
/// A text of a runbook with values to fill in: <c>${parameters.name}</c> and <c>${steps.name.output}</c>; <c>$${</c> stands for <c>${</c> itself.
/// That is the whole language: nothing is computed, and what is filled in is never read again as a template. Immutable.
/// </summary>
public sealed partial class Template
{
    readonly IReadOnlyList<object> parts;

    Template(string source, IReadOnlyList<object> parts) => (Source, this.parts) = (source, parts);

    /// <summary>As it stands in the file.</summary>
    public string Source { get; }

    public IEnumerable<Reference> References => parts.OfType<Reference>();

    /// <summary>The only thing in it, where it is one reference and nothing besides.</summary>
    public Reference? Whole => parts is [Reference only] ? only : null;

    /// <summary>Whether what an earlier step said comes first in it.</summary>
    public bool BeginsWithOutput => parts is [Reference { IsParameter: false }, ..];

    /// <exception cref="FormatException">It is none; the message is fit for a person.</exception>
    public static Template Parse(string text)
    {
        var parts = new List<object>();
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (string.CompareOrdinal(text, at, "$${", 0, 3) == 0)
            {
                plain.Append("${");
                at += 3;
            }
            else if (string.CompareOrdinal(text, at, "${", 0, 2) == 0)
            {
                if (plain.Length > 0)
                    parts.Add(plain.ToString());
                plain.Clear();
                var end = text.IndexOf('}', at);
                parts.Add(ParseReference(end < 0 ? text[at..] : text[at..(end + 1)]));
                at = end + 1;
            }
            else
            {
                plain.Append(text[at++]);
            }
        }
        if (plain.Length > 0 || parts.Count == 0)
            parts.Add(plain.ToString());
        return new(text, parts);
    }

    /// <summary>The text with its values; each passes <paramref name="escape"/> first, where one is given.</summary>
    public string Fill(StepInputs inputs, Func<string, string>? escape = null) =>
        string.Concat(parts.Select(part => part is Reference reference ? escape is null ? inputs.Of(reference) : escape(inputs.Of(reference)) : (string)part));

    /// <summary>What stands before each reference in the source, for those who judge where a value may stand.</summary>
    internal IEnumerable<(string Before, Reference Reference)> Places()
    {
        var before = "";
        foreach (var part in parts)
        {
            if (part is Reference reference)
                yield return (before, reference);
            else
                before += (string)part;
        }
    }

    static Reference ParseReference(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
            throw new FormatException($"`{text}` is neither ${{parameters.name}} nor ${{steps.name.output}}.");
        return match.Groups["parameter"].Success ? new(match.Groups["parameter"].Value, null) : new(match.Groups["step"].Value, match.Groups["output"].Value);
    }

    [GeneratedRegex(@"^\$\{(?:parameters\.(?<parameter>[A-Za-z][A-Za-z0-9_-]*)|steps\.(?<step>[a-z][a-z0-9-]*)\.(?<output>[A-Za-z][A-Za-z0-9_]*))\}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
