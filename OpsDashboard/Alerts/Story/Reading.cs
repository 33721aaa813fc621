using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Story;

/// <summary>How the measured value stands now.</summary>
/// <param name="Value">Null: there are no samples.</param>
/// <param name="SampleAt">Of the last sample.</param>
/// <param name="Level">The next level on its way: another severity's line, the limit on its way back, or a round figure.</param>
/// <param name="LevelAt">When it is there, if it goes on like this.</param>
/// <param name="LevelName">critical, limit; null for a round figure.</param>
/// <param name="Problem">Why nothing could be read, or null.</param>
public sealed record Reading(Measure Measure, double? Value, DateTimeOffset? SampleAt, Trend Trend, double? Level, DateTimeOffset? LevelAt, string? LevelName, string? Problem = null);

/// <summary>Reads what an alert's condition measures, for its own label set, as the actor may read it. Thread-safe.</summary>
public sealed class Readings(IPromQl promQl, ICatalogue catalogue, TimeProvider clock)
{
    static readonly TimeSpan Span = TimeSpan.FromMinutes(5);
    const int Step = 5_000;

    public Measure MeasureOf(Alert alert) => Measure.Of(alert.Expression, promQl, alert.SystemId is { } system ? catalogue.Current.Find(system) : null);

    /// <param name="rule">As it is now; null where it is gone.</param>
    public async Task<Reading> ReadAsync(Actor actor, Alert alert, AlertRule? rule, CancellationToken stop)
    {
        var measure = MeasureOf(alert);
        if (alert.Origin == AlertOrigin.External || measure.Form is null)
            return new(measure, double.IsFinite(alert.Value) ? alert.Value : null, null, Trend.Steady, null, null, null);
        try
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var answer = await promQl.For(actor).Parse(measure.Expression).RangeAsync(now - (long)Span.TotalMilliseconds, now, Step, new SelectOptions(Step), stop);
            var samples = OwnSeries(answer.Series, alert)?.Samples ?? [];
            // A value older than a few steps is none: nothing was measured since.
            var last = samples.Count > 0 && samples[^1].At >= now - (4 * Step) ? samples[^1] : (Sample?)null;
            var trend = last is null ? Trend.Steady : Trend.Of(samples);
            var (level, name) = last is { } sample ? NextLevel(sample.Value, trend, measure.Form, rule) : default;
            var until = level is { } at ? trend.Until(last!.Value.Value, at) : null;
            return new(measure, last?.Value, last is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known.At) : null, trend, until is null ? null : level, clock.GetUtcNow() + until, name);
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException or AccessDeniedException)
        {
            return new(measure, null, null, Trend.Steady, null, null, null, fault.Message);
        }
    }

    /// <summary>The measured value at an instant, or null.</summary>
    public async Task<double?> AtAsync(Actor actor, Alert alert, DateTimeOffset at, CancellationToken stop)
    {
        var measure = MeasureOf(alert);
        if (measure.Form is null || alert.Origin == AlertOrigin.External)
            return null;
        try
        {
            var answer = await promQl.For(actor).Parse(measure.Expression).InstantAsync(at.ToUnixTimeMilliseconds(), new SelectOptions(Step), stop);
            return OwnSeries(answer.Series, alert) is { Samples: [.., var last] } && double.IsFinite(last.Value) ? last.Value : null;
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException or AccessDeniedException)
        {
            return null;
        }
    }

    /// <summary>The series that the alert speaks of: all its labels but the metric's name stand in the alert too.</summary>
    public static QuerySeries? OwnSeries(IReadOnlyList<QuerySeries> series, Alert alert) =>
        series.FirstOrDefault(one => one.Labels.All(label => label.Name == Labels.NameLabel || alert.Labels[label.Name] == label.Value));

    static (double? Level, string? Name) NextLevel(double value, Trend trend, ThresholdForm form, AlertRule? rule)
    {
        var lines = (rule?.Extras.Levels ?? []).Select(level => (level.Threshold, level.Severity)).Append((form.Threshold, "limit"));
        var ahead = lines.Where(line => trend.Until(value, line.Item1) is not null).OrderBy(line => Math.Abs(line.Item1 - value)).ToArray();
        return ahead.Length > 0 ? (ahead[0].Item1, ahead[0].Item2) : (trend.NextRound(value), null);
    }
}
