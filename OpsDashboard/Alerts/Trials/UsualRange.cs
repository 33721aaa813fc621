using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary>Where an expression's values lay in a span, all its series together.</summary>
/// <param name="Now">The latest: of several series the highest; null where nothing is measured now.</param>
/// <param name="Low">One of a hundred values lies below; null where nothing was measured.</param>
/// <param name="High">One of a hundred values lies above.</param>
/// <param name="Known">How much of the span has values.</param>
public sealed record UsualValues(double? Now, double? Low, double? Median, double? High, double? Lowest, double? Highest, TimeSpan Known)
{
    public static readonly UsualValues None = new(null, null, null, null, null, null, TimeSpan.Zero);
}

/// <summary>What is usual for a measured expression, so that a threshold can be chosen against it. Thread-safe.</summary>
public sealed class UsualRange(IPromQl promQl, TimeProvider clock)
{
    const int Points = 720;
    const double Tail = 0.01;

    /// <exception cref="AccessDeniedException">The actor may read no metrics at all.</exception>
    /// <exception cref="PromQlException">The expression is wrong or could not be evaluated.</exception>
    public async Task<UsualValues> ReadAsync(Actor actor, string expression, TimeSpan span, CancellationToken stop)
    {
        var step = Math.Max(1, (long)span.TotalSeconds / Points) * 1000;
        var to = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var query = promQl.For(actor).Parse(expression);
        if (query.Kind is not (QueryResultKind.Vector or QueryResultKind.Scalar))
            throw new PromQlException("the expression has no single value at an instant");
        var series = (await query.RangeAsync(to - (long)span.TotalMilliseconds, to, step, new Metrics.SelectOptions(step), stop)).Series;
        var values = series.SelectMany(one => one.Samples).Select(sample => sample.Value).Where(double.IsFinite).Order().ToArray();
        if (values.Length == 0)
            return UsualValues.None;
        var latest = (await query.InstantAsync(to, Metrics.SelectOptions.Raw, stop)).Series.Select(one => one.Samples[^1].Value).Where(double.IsFinite).Select(value => (double?)value).Max();
        var known = series.SelectMany(one => one.Samples).Where(sample => double.IsFinite(sample.Value)).Select(sample => sample.At).Distinct().Count();
        return new(latest, At(values, Tail), At(values, 0.5), At(values, 1 - Tail), values[0], values[^1], TimeSpan.FromMilliseconds(known * step));
    }

    static double At(double[] sorted, double share) => sorted[(int)Math.Round((sorted.Length - 1) * share)];
}
