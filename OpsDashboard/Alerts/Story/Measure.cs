using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Story;

/// <summary>What a condition measures, in words and units: from the system's dashboards where a panel shows it, else from the names of the metrics.</summary>
/// <param name="Expression">What is measured; the condition itself where it compares nothing.</param>
/// <param name="Form">The comparison, or null where the condition has another form.</param>
/// <param name="Title">Null where no panel shows it.</param>
/// <param name="Target">What the team wants, or null.</param>
public sealed record Measure(string Expression, ThresholdForm? Form, string? Title, Unit Unit, double? Target)
{
    static readonly (string Ending, Unit Unit)[] Endings =
        [("_bytes_total", Unit.Bytes), ("_bytes", Unit.Bytes), ("_seconds_bucket", Unit.Seconds), ("_seconds", Unit.Seconds), ("_ratio", Unit.Ratio), ("_percent", Unit.Percent), ("_gwei", Unit.Gwei), ("_days", Unit.Days)];

    public static Measure Of(string condition, IPromQl promQl, MonitoredSystem? system)
    {
        var form = ThresholdForm.Of(condition);
        var expression = form?.Measured ?? ThresholdForm.MeasuredIn(condition);
        var metrics = MetricsOf(expression, promQl);
        var panels = (system?.Document<DashboardDocument>()?.Dashboards ?? []).SelectMany(dashboard => dashboard.Panels).ToArray();
        if (form is not null && panels.FirstOrDefault(panel => ShowsLine(panel, form.Threshold) && panel.Queries.Any(query => Same(metrics, MetricsOf(query.Expression, promQl)))) is { } panel)
            return new(expression, form, panel.Title, panel.Unit, panel.Lines.FirstOrDefault(line => line.Kind == LineKind.Target)?.Value);
        return new(expression, form, null, UnitOf(expression, metrics, form), null);
    }

    /// <summary>The metrics that an expression reads; empty for what is no expression.</summary>
    public static IReadOnlySet<string> MetricsOf(string expression, IPromQl promQl)
    {
        try
        {
            return promQl.Parse(expression).Selectors
                .Select(matchers => matchers.FirstOrDefault(matcher => matcher is { Name: Labels.NameLabel, Kind: MatchKind.Equal })?.Value)
                .OfType<string>().ToHashSet();
        }
        catch (PromQlException)
        {
            return new HashSet<string>();
        }
    }

    static bool ShowsLine(Panel panel, double threshold) => panel.Lines.Any(line => line.Kind == LineKind.Limit && line.Value == threshold);

    static bool Same(IReadOnlySet<string> one, IReadOnlySet<string> other) => one.Count > 0 && one.SetEquals(other);

    // A quotient of two like things is a share; of a counter's rate no unit is known.
    static Unit UnitOf(string expression, IReadOnlySet<string> metrics, ThresholdForm? form)
    {
        if (expression.Contains('/', StringComparison.Ordinal))
            return form is { Threshold: <= 1 and >= 0 } ? Unit.Ratio : Unit.None;
        return metrics.Count == 0 || expression.Contains("increase(", StringComparison.Ordinal) || expression.Contains("count", StringComparison.Ordinal)
            ? Unit.None
            : Endings.FirstOrDefault(ending => metrics.All(metric => metric.EndsWith(ending.Ending, StringComparison.Ordinal))).Unit;
    }
}
