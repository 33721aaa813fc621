using System.Text.RegularExpressions;

namespace OpsDashboard.Incidents.Telling;

/// <summary>
/// A text with places that are filled: <c>${incident.status}</c>; <c>$${</c> stands for <c>${</c> itself. What is filled in is text and never read again.
/// </summary>
public sealed partial class TemplateText(string text, TemplateKind kind)
{
    /// <summary>What names no variable of the kind, with its place.</summary>
    public IEnumerable<(string Name, int Position)> Unknown() =>
        from Match match in Place().Matches(text)
        where !match.Groups["escape"].Success && Variable(match.Groups["name"].Value) is null
        select (match.Groups["name"].Value, match.Index);

    /// <summary>What names something that is not for strangers, with its place.</summary>
    public IEnumerable<(string Name, int Position)> Internal() =>
        from Match match in Place().Matches(text)
        where !match.Groups["escape"].Success && Variable(match.Groups["name"].Value) is { IsInternal: true }
        select (match.Groups["name"].Value, match.Index);

    public bool Names(TemplateVariable variable) => Place().Matches(text).Any(match => !match.Groups["escape"].Success && Variable(match.Groups["name"].Value) == variable);

    /// <param name="values">By the name of the variable, without what stands before the point.</param>
    public string Fill(IReadOnlyDictionary<string, string> values) => Place().Replace(text, match =>
        match.Groups["escape"].Success ? match.Value[1..] : values[Variable(match.Groups["name"].Value)!.Name]);

    TemplateVariable? Variable(string name) => name.Split('.') is [var prefix, var own] && prefix == TemplateVariable.Prefix(kind) ? TemplateVariable.Of(kind).FirstOrDefault(variable => variable.Name == own) : null;

    [GeneratedRegex(@"(?<escape>\$)?\$\{(?<name>[^}\n]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
