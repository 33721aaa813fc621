using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>Whether a measured value makes an alert, and how severe: the rule's own line, its recovery line, its levels. Immutable.</summary>
sealed class Judge
{
    readonly ThresholdForm form;
    readonly double laxest;
    readonly double? recovery;

    /// <summary>From the laxest line to the strictest; the rule's own among them.</summary>
    readonly AlertLevel[] levels;
    readonly bool hasLevels;

    Judge(ThresholdForm form, AlertRule rule)
    {
        this.form = form;
        recovery = rule.Extras.Recovery;
        hasLevels = rule.Extras.Levels.Count > 0;
        levels = [.. rule.Extras.Levels.Append(new(rule.Severity, form.Threshold)).Order(Comparer<AlertLevel>.Create(Compare))];
        laxest = levels[0].Threshold;
    }

    public string Measured => form.Measured;

    /// <summary>Null where Prometheus' own judgement is enough, or the expression has no line.</summary>
    public static Judge? Of(AlertRule rule) => rule.Extras.JudgesValues && ThresholdForm.Of(rule.Expression) is { } form ? new(form, rule) : null;

    /// <summary>Whether the value may hold for an alert that fires already.</summary>
    public bool MayHold(double value) => Crosses(value) || (recovery is { } line && form.Holds(value, line));

    /// <summary>Whether the value makes an alert that does not fire yet.</summary>
    public bool Crosses(double value) => form.Holds(value, laxest);

    /// <summary>The severity of the worst line crossed; null where the rule has one line only.</summary>
    public string? Severity(double value)
    {
        if (!hasLevels)
            return null;
        var crossed = Array.FindLast(levels, level => form.Holds(value, level.Threshold));
        return (crossed ?? levels[0]).Severity;
    }

    int Compare(AlertLevel left, AlertLevel right) => left.Threshold.Equals(right.Threshold) ? 0 : form.IsLaxer(left.Threshold, right.Threshold) ? -1 : 1;
}
