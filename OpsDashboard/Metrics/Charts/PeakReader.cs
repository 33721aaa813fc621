using OpsDashboard.Audit;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts;

/// <param name="Hour">The hour of the day (UTC) that is highest on average over the last seven days; null without data.</param>
/// <param name="Hours">Hours of the last seven days that were recorded: what the choice of <paramref name="Hour"/> rests on.</param>
/// <param name="Highest">The highest value of the last 24 hours, a minute at a time; null without data.</param>
/// <param name="HighestAt">When that was, in milliseconds.</param>
public sealed record Peak(int? Hour, int Hours, double? Highest, long? HighestAt);

/// <summary>When a figure of a chart has its peak, and how high it is. Thread-safe; authorizes.</summary>
public sealed class PeakReader(IPromQl promQl, PanelTables tables, TimeProvider clock)
{
    const long Minute = 60_000, Day = 86_400_000;

    /// <param name="expression">The figure of the chart, one series.</param>
    /// <param name="hourly">Its mean over an hour.</param>
    /// <exception cref="PromQlException">One of the expressions is wrong or could not be evaluated.</exception>
    public async ValueTask<Peak> ReadAsync(string expression, string hourly, Actor actor, CancellationToken stop)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var end = now - (now % Minute);
        var query = promQl.For(actor).Parse(expression);
        var hours = await tables.ReadHoursAsync(new("peak", "Peak hour", Unit.None, [new(hourly)], [], Bands.None, null, PanelShow.Hours), actor, stop);
        if (hours.Problem is { } problem)
            throw new PromQlException(problem);
        var day = await query.RangeAsync(end - Day, end, Minute, new(Minute), stop);
        var highest = day.Series.SelectMany(series => series.Samples).Where(sample => double.IsFinite(sample.Value)).OrderByDescending(sample => sample.Value).Take(1).ToArray();
        return new(hours.PeakHour, hours.Values.Sum(values => values.Count(value => value is not null)),
            highest is [var top] ? top.Value : null, highest is [var at] ? at.At : null);
    }
}
