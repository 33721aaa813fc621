using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary>
/// Answers instants at known steps out of range queries, some hundreds of steps at once: reading the samples anew for every step of a week would
/// take hours. Instants that are no step are asked as they come. Not thread-safe.
/// </summary>
sealed class Replay(IPromQl promQl, long from, long to, long step) : IPromQl
{
    public IPromQlQuery Parse(string expression) => new Query(promQl.Parse(expression), from, to, step);

    public IPromQl For(Actor actor) => new Replay(promQl.For(actor), from, to, step);

    sealed class Query(IPromQlQuery query, long from, long to, long step) : IPromQlQuery
    {
        const int StepsAtOnce = 500;

        Dictionary<long, List<QuerySeries>> read = [];
        long readFrom = 1;
        long readTo;

        public string Text => query.Text;

        public QueryResultKind Kind => query.Kind;

        public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors => query.Selectors;

        public async ValueTask<QueryResult> InstantAsync(long at, SelectOptions options, CancellationToken stop)
        {
            if (Kind is not (QueryResultKind.Vector or QueryResultKind.Scalar) || at < from || at > to || (at - from) % step != 0)
                return await query.InstantAsync(at, options, stop);
            if (at < readFrom || at > readTo)
                await ReadAsync(at, options, stop);
            return new(QueryResultKind.Vector, read.GetValueOrDefault(at) ?? [], []);
        }

        public ValueTask<QueryResult> RangeAsync(long first, long last, long every, SelectOptions options, CancellationToken stop) => query.RangeAsync(first, last, every, options, stop);

        async ValueTask ReadAsync(long at, SelectOptions options, CancellationToken stop)
        {
            (readFrom, readTo) = (at, Math.Min(to, at + ((StepsAtOnce - 1) * step)));
            read = [];
            foreach (var series in (await query.RangeAsync(readFrom, readTo, step, options, stop)).Series)
            {
                foreach (var sample in series.Samples)
                {
                    if (!read.TryGetValue(sample.At, out var elements))
                        read.Add(sample.At, elements = []);
                    elements.Add(new(series.Labels, [sample]));
                }
            }
        }
    }
}

/// <summary>Keeps nothing: what a trial writes must not be seen by anybody.</summary>
sealed class NoAppender : ISampleAppender
{
    public static readonly NoAppender Instance = new();

    public SeriesRef Resolve(Labels labels) => new Series(labels);

    public void Describe(MetricMetadata metadata) { }

    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch) => new(batch.Length, 0, 0, 0);

    public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) => Task.FromResult(Append(batch.Span));

    sealed class Series(Labels labels) : SeriesRef(labels)
    {
        public override bool IsEvicted => false;
    }
}
