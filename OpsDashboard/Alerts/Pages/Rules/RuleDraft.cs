using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Pages;

namespace OpsDashboard.Alerts.Pages.Rules;

/// <summary>The form's fields as they are typed. Not thread-safe; belongs to one page.</summary>
sealed class RuleDraft
{
    readonly SimpleRule? before;

    RuleDraft(SimpleRule? before, Unit unit) => (this.before, Unit) = (before, unit);

    public string Name { get; set; } = "";
    public string Measured { get; set; } = "";
    public string Comparison { get; set; } = ">";
    public string Threshold { get; set; } = "";
    public string For { get; set; } = "1m";
    public string Severity { get; set; } = AlertRule.DefaultSeverity;
    public string Summary { get; set; } = "";
    public Unit Unit { get; private set; }

    /// <summary>As the rule is now; null: it is new.</summary>
    public SimpleRule? Before => before;

    public static RuleDraft New(Unit unit = Unit.None) => new(null, unit);

    public static RuleDraft Of(AlertRule rule, SimpleRule form)
    {
        var unit = RuleWords.UnitOf(rule);
        return new(form, unit)
        {
            Name = form.Name,
            Measured = form.Line?.Measured ?? "",
            Comparison = form.Line?.Comparison ?? ">",
            Threshold = form.Line is { } line ? FigureText.Write(line.Threshold, unit) : "",
            For = PrometheusDuration.Format(form.For),
            Severity = form.Severity,
            Summary = form.Summary,
        };
    }

    /// <summary>False: the condition stands in the document alone.</summary>
    public bool HasLine => before is null or { Line: not null };

    /// <summary>The line as a number, or null while it is none.</summary>
    public double? Line => FigureText.Read(Threshold);

    /// <summary>Another line; a summary that names the old one names the new one.</summary>
    public void Draw(string text)
    {
        if (Line is { } old && FigureText.Read(text) is { } now)
            Summary = FigureText.Renamed(Summary, old, now, Unit);
        Threshold = text;
    }

    /// <summary>Another expression, and the unit that its names speak of.</summary>
    public void Measure(string expression) => (Measured, Unit) = (expression.Trim(), MetricBrowser.UnitOf(expression));

    /// <summary>The rule that the fields make.</summary>
    /// <exception cref="InvalidInputException">A field is no figure or duration.</exception>
    public SimpleRule Read()
    {
        var problems = new List<FieldProblem>();
        if (HasLine && Line is null)
            problems.Add(new("threshold", "is a figure such as 150 MB, 5 %, 2 s or 0.05."));
        var hold = PrometheusDuration.TryParse(For.Trim());
        if (hold is null)
            problems.Add(new("for", "is a duration such as 5s, 10m or 1h; 0 fires at once."));
        InvalidInputException.ThrowIfAny(problems);
        return Made(hold!.Value);
    }

    /// <summary>The rule that the fields make, or null while they make none.</summary>
    public SimpleRule? TryRead() => (!HasLine || Line is not null) && PrometheusDuration.TryParse(For.Trim()) is { } hold ? Made(hold) : null;

    SimpleRule Made(TimeSpan hold) => new(Name.Trim(), HasLine ? new(Measured, Comparison, Line!.Value) : null, hold, Severity, Summary.Trim());

    public bool IsChanged => before is null || TryRead() != before;

    public string Text(double? value) => UnitFormat.Text(value, Unit);

    /// <summary>The rule as the evaluator would have it.</summary>
    public static AlertRule Rule(AlertRule? on, SimpleRule form, string systemId) =>
        (on ?? new AlertRule(form.Name, "", TimeSpan.Zero, new Dictionary<string, string>(), new Dictionary<string, string>(), "", 0) { Id = string.Create(CultureInfo.InvariantCulture, $"{systemId}/new/{form.Name}") })
        with
        {
            Expression = form.Line?.Expression ?? on?.Expression ?? "",
            For = form.For,
            Labels = new Dictionary<string, string>(on?.Labels ?? new Dictionary<string, string>()) { ["severity"] = form.Severity },
        };
}
