namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>What pg_stat_statements has counted of one statement since its last reset.</summary>
public readonly record struct StatementTotals(long Id, double Calls, double Seconds);

/// <summary>
/// A histogram of query durations from the growth of pg_stat_statements: all calls of a statement between two readings count with their mean.
/// Outliers within one statement between two readings are therefore smoothed; the finer the readings, the less. Not thread-safe.
/// </summary>
public sealed class QueryDurations
{
    public static readonly double[] Bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

    readonly double[] buckets = new double[Bounds.Length + 1];
    Dictionary<long, StatementTotals>? previous;

    public double Count { get; private set; }

    public double Sum { get; private set; }

    /// <summary>Calls at most as long as each of <see cref="Bounds"/>, then all.</summary>
    public IEnumerable<(string Bound, double Count)> Cumulative()
    {
        var sum = 0.0;
        for (var i = 0; i < buckets.Length; i++)
            yield return (i < Bounds.Length ? Bounds[i].ToString("R") : "+Inf", sum += buckets[i]);
    }

    /// <summary>The first reading only sets the base: what was counted before is not the present.</summary>
    public void Read(IReadOnlyCollection<StatementTotals> statements)
    {
        if (previous is not null)
        {
            foreach (var statement in statements)
                Observe(statement, previous.GetValueOrDefault(statement.Id));
        }
        previous = statements.GroupBy(statement => statement.Id).ToDictionary(group => group.Key, group => group.First());
    }

    void Observe(StatementTotals now, StatementTotals before)
    {
        // Less than before: the statistics were reset, so all of it is new.
        if (now.Calls < before.Calls || now.Seconds < before.Seconds)
            before = default;
        var (calls, seconds) = (now.Calls - before.Calls, now.Seconds - before.Seconds);
        if (calls <= 0)
            return;
        var bucket = Array.BinarySearch(Bounds, seconds / calls);
        buckets[bucket < 0 ? ~bucket : bucket] += calls;
        Count += calls;
        Sum += seconds;
    }
}
