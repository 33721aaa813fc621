using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts;

/// <summary>What a rule does, in sentences.</summary>
public static class RuleWords
{
    // How often something happened has no unit, whatever it happened to.
    static readonly string[] Counts = ["changes(", "resets(", "count(", "count_over_time("];

    public static IEnumerable<string> Of(GroupRule rule)
    {
        if (rule is not AlertRule alert)
            return [$"Records the answer of its expression as the series {rule.Name}."];
        var unit = UnitOf(alert);
        return Sentences(alert, alert.Extras, value => UnitFormat.Text(value, unit));
    }

    static IEnumerable<string> Sentences(AlertRule rule, RuleExtras extras, Func<double, string> text)
    {
        var form = ThresholdForm.Of(rule.Expression);
        var condition = form is null ? "when its expression has an answer" : $"when the measured value is {Word(form.Operator)} {text(form.Threshold)}";
        var hold = rule.For > TimeSpan.Zero ? $" for {PrometheusDuration.Format(rule.For)} without a break" : extras.Matches is null ? ", at once with the first sample" : "";
        yield return $"Fires{(rule.Severity == "none" ? "" : $" as {rule.Severity}")} {condition}{hold}.";
        foreach (var level in extras.Levels)
            yield return $"{(form is null ? "At" : Capital(Word(form.Operator)))} {text(level.Threshold)} it is {level.Severity}: the same alert, not a second one.";
        if (extras.Matches is { } matches)
            yield return $"It counts when at least {matches.AtLeast} of the last {matches.Of} evaluations found it so.";
        if (extras.Recovery is { } recovery)
            yield return $"Once it fires, it ends only when the value is back at {text(recovery)}.";
        if (rule.KeepFiringFor > TimeSpan.Zero)
            yield return $"It goes on for {PrometheusDuration.Format(rule.KeepFiringFor)} after the condition is gone.";
        if (extras.Guard is not null)
            yield return "It counts only where its guard has an answer.";
        if (extras.NoData == NoDataPolicy.Keep)
            yield return "Without samples everything stays as it is.";
        else if (extras.NoData == NoDataPolicy.Fire)
            yield return "That there are no samples is an alert, too.";
    }

    /// <summary>How the rule's values are written: as its own summary writes them, else as the names in its expression say.</summary>
    public static Unit UnitOf(AlertRule rule)
    {
        var summary = rule.Annotations.GetValueOrDefault("summary", "");
        return summary.Contains("humanizePercentage", StringComparison.Ordinal) ? Unit.Ratio
            : summary.Contains("humanizeDuration", StringComparison.Ordinal) ? Unit.Seconds
            : ThresholdForm.Of(rule.Expression) is { } form && !Counts.Any(function => form.Measured.Contains(function, StringComparison.Ordinal)) ? MetricBrowser.UnitOf(form.Measured) : Unit.None;
    }

    /// <summary>&gt; is above, &lt;= is at most.</summary>
    public static string Word(string comparison) => comparison switch { ">" => "above", ">=" => "at least", "<" => "below", "<=" => "at most", "==" => "exactly", _ => "other than" };

    static string Capital(string word) => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..];
}
