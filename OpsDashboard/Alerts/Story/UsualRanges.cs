using System.Collections.Concurrent;
using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Story;

/// <summary>Between what nine of ten values lay.</summary>
public readonly record struct UsualSpan(double Low, double High);

/// <summary>What is usual: the middle nine tenths of the week before the alert began, less the time in which it fired. Thread-safe; an answer is kept, because the past stays.</summary>
public sealed class UsualRanges(IPromQl promQl, AlertQuery alerts)
{
    static readonly TimeSpan Span = TimeSpan.FromDays(7);
    const int Step = 600_000, FineStep = 15_000, Fewest = 30, MostKept = 1000;

    readonly ConcurrentDictionary<(string Actor, Guid Alert), UsualSpan?> kept = new();

    /// <summary>Null where too little is known.</summary>
    public async Task<UsualSpan?> ReadAsync(Actor actor, Alert alert, Measure measure, CancellationToken stop)
    {
        if (alert.Origin == AlertOrigin.External || measure.Form is null)
            return null;
        if (kept.TryGetValue((actor.Id, alert.Id), out var known))
            return known;
        if (kept.Count > MostKept)
            kept.Clear();
        try
        {
            return kept[(actor.Id, alert.Id)] = await ComputeAsync(actor, alert, measure, stop);
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException or AccessDeniedException)
        {
            return null;
        }
    }

    public static string Write(UsualSpan range) => string.Create(CultureInfo.InvariantCulture, $"[{range.Low:R},{range.High:R}]");

    async Task<UsualSpan?> ComputeAsync(Actor actor, Alert alert, Measure measure, CancellationToken stop)
    {
        var query = promQl.For(actor).Parse(measure.Expression);
        var (to, from) = (alert.ActiveAt.ToUnixTimeMilliseconds(), (alert.ActiveAt - Span).ToUnixTimeMilliseconds());
        var firing = (await alerts.HistoryAsync(actor, new(Fingerprint: alert.Fingerprint, From: alert.ActiveAt - Span, To: alert.ActiveAt), null, AlertQuery.MaxLimit, stop)).Where(other => other.Id != alert.Id).ToArray();
        var values = Calm(await query.RangeAsync(from, to, Step, new SelectOptions(Step), stop), alert, firing);
        // A dashboard that is young knows its last hour only.
        if (values.Length < Fewest)
            values = Calm(await query.RangeAsync(to - 3_600_000, to, FineStep, new SelectOptions(FineStep), stop), alert, firing);
        return values.Length < Fewest ? null : new(values[values.Length / 20], values[^(1 + (values.Length / 20))]);
    }

    static double[] Calm(QueryResult answer, Alert alert, IReadOnlyList<Alert> firing) =>
    [
        .. (Readings.OwnSeries(answer.Series, alert)?.Samples ?? []).Where(sample => double.IsFinite(sample.Value) && !firing.Any(other => Covers(other, sample.At))).Select(sample => sample.Value).Order(),
    ];

    static bool Covers(Alert other, long at) => at >= other.ActiveAt.ToUnixTimeMilliseconds() && (other.ResolvedAt is null || at <= other.ResolvedAt.Value.ToUnixTimeMilliseconds());
}
