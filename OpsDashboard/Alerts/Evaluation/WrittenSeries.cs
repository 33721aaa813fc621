using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// The series that a rule writes. What it wrote before and no longer does ends with a stale marker, as in Prometheus' rules/group.go
/// (seriesInPreviousEval). Not thread-safe.
/// </summary>
sealed class WrittenSeries(ISampleAppender appender)
{
    readonly List<PendingSample> batch = [];
    Dictionary<Labels, SeriesRef> before = [];
    Dictionary<Labels, SeriesRef> now = [];
    long writtenAt = long.MinValue;

    /// <exception cref="RuleFailure">The store takes no more series.</exception>
    public void Add(Labels labels, long at, double value)
    {
        var series = before.GetValueOrDefault(labels) is { IsEvicted: false } known ? known : Resolve(labels);
        now[labels] = series;
        batch.Add(new(series, at, value));
    }

    /// <summary>Appends what was added. A clock that stands still writes nothing: the first value of an instant stays.</summary>
    public void Commit(long at)
    {
        if (now.Count == 0 && before.Count == 0)
            return;
        foreach (var (labels, series) in before)
        {
            if (!now.ContainsKey(labels))
                batch.Add(new(series.IsEvicted ? appender.Resolve(labels) : series, at, StaleMarker.Value));
        }
        if (at > writtenAt && batch.Count > 0)
            appender.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch));
        writtenAt = Math.Max(at, writtenAt);
        batch.Clear();
        (before, now) = (now, before);
        now.Clear();
    }

    /// <summary>Forgets what was added since the last commit.</summary>
    public void Discard()
    {
        batch.Clear();
        now.Clear();
    }

    SeriesRef Resolve(Labels labels)
    {
        try
        {
            return appender.Resolve(labels);
        }
        catch (SeriesLimitException full)
        {
            throw new RuleFailure(full.Message);
        }
    }
}
