namespace OpsDashboard.Metrics.PromQl;

/// <summary>A query of a person or token: waits for its place before each evaluation.</summary>
sealed class QueuedQuery(IPromQlQuery query, QueryQueue queue, string actorId) : IPromQlQuery
{
    public string Text => query.Text;

    public QueryResultKind Kind => query.Kind;

    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors => query.Selectors;

    public async ValueTask<QueryResult> InstantAsync(long at, SelectOptions options, CancellationToken stop)
    {
        using var place = await queue.EnterAsync(actorId, stop);
        return await query.InstantAsync(at, options, stop);
    }

    public async ValueTask<QueryResult> RangeAsync(long from, long to, long step, SelectOptions options, CancellationToken stop)
    {
        using var place = await queue.EnterAsync(actorId, stop);
        return await query.RangeAsync(from, to, step, options, stop);
    }
}
