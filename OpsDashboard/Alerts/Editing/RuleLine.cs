using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Editing;

/// <summary>One value compared with one number.</summary>
/// <param name="Measured">PromQL of what is measured.</param>
/// <param name="Comparison">&gt; &gt;= &lt; &lt;=</param>
public sealed record RuleLine(string Measured, string Comparison, double Threshold)
{
    public static readonly IReadOnlyList<string> Comparisons = [">", ">=", "<", "<="];

    public string Expression => $"({Measured.Trim()}) {Comparison} {PromText.Number(Threshold)}";

    /// <summary>Null: the expression is more than that.</summary>
    public static RuleLine? Of(string expression) => ThresholdForm.Of(expression) is { Operator: var comparison } form && Comparisons.Contains(comparison)
        ? new(Unwrapped(form.Measured), comparison, form.Threshold)
        : null;

    public IEnumerable<FieldProblem> Problems(IExpressionSyntax syntax)
    {
        if (syntax.Explain(Measured) is { } fault)
            yield return new("measured", $"is not a PromQL expression: {fault.Message}");
        if (!Comparisons.Contains(Comparison))
            yield return new("comparison", $"is one of {string.Join(" ", Comparisons)}.");
        if (!double.IsFinite(Threshold))
            yield return new("threshold", "is a number.");
    }

    static string Unwrapped(string measured)
    {
        var text = measured.Trim();
        return text is ['(', .., ')'] && new PromQlSyntax().Explain(text[1..^1]) is null ? text[1..^1] : text;
    }
}
