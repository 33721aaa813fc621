using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Editing;

/// <summary>"Value over x for y": the rule that a form of a few fields makes. Writes the same YAML as a person would.</summary>
/// <param name="Line">Null: the condition is more than one value compared with one number; it stands in the document alone.</param>
public sealed record SimpleRule(string Name, RuleLine? Line, TimeSpan For, string Severity, string Summary)
{
    public static readonly IReadOnlyList<string> Severities = ["critical", "warning", "info"];

    /// <summary>The form's fields of a rule.</summary>
    public static SimpleRule Of(AlertRule rule) => new(rule.Name, RuleLine.Of(rule.Expression), rule.For, rule.Severity, rule.Annotations.GetValueOrDefault("summary", ""));

    /// <exception cref="InvalidInputException">Every field that cannot be used is named.</exception>
    public void Check(IExpressionSyntax syntax)
    {
        var problems = new List<FieldProblem>();
        if (Name.Length is 0 or > 100 || !Name.All(letter => char.IsLetterOrDigit(letter) || letter == '_'))
            problems.Add(new("name", "has letters, digits and underscores, at most 100."));
        problems.AddRange(Line?.Problems(syntax) ?? []);
        if (For < TimeSpan.Zero)
            problems.Add(new("for", "is a duration."));
        if (!Severities.Contains(Severity))
            problems.Add(new("severity", $"is one of {string.Join(", ", Severities)}."));
        InvalidInputException.ThrowIfAny(problems);
    }

    /// <summary>A rule file with this rule in a group of its own at the end; what stands there stays as it is written.</summary>
    /// <param name="document">The file's text; null where there is none yet.</param>
    /// <exception cref="InvalidInputException">There is no line.</exception>
    public string AddTo(string? document)
    {
        var line = Line ?? throw new InvalidInputException("threshold", "is a number.");
        var text = new StringBuilder(string.IsNullOrWhiteSpace(document) ? "groups:\n" : document.TrimEnd() + "\n");
        var indent = Indent(document);
        var group = $"simple-{Name}";
        for (var number = 2; document?.Contains($"name: {group}\n", StringComparison.Ordinal) == true; number++)
            group = $"simple-{Name}-{number}";
        text.Append($"{indent}- name: {group}\n{indent}  rules:\n{indent}    - alert: {Name}\n{indent}      expr: {Quoted(line.Expression)}\n");
        if (For > TimeSpan.Zero)
            text.Append($"{indent}      for: {PrometheusDuration.Format(For)}\n");
        return text.Append($"{indent}      labels: {{ severity: {Severity} }}\n{indent}      annotations:\n{indent}        summary: {Quoted(Summary.Length > 0 ? Summary : $"{Name} is {{{{ $value | humanize }}}}, limit {PromText.Number(line.Threshold)}")}\n").ToString();
    }

    // As deep as the groups that are there.
    static string Indent(string? document)
    {
        var first = (document ?? "").Split('\n').SkipWhile(line => !line.StartsWith("groups:", StringComparison.Ordinal)).Skip(1).FirstOrDefault(line => line.TrimStart().StartsWith('-'));
        return first is null ? "  " : first[..(first.Length - first.TrimStart().Length)];
    }

    internal static string Quoted(string text) => $"'{text.Replace("'", "''").ReplaceLineEndings(" ")}'";
}
