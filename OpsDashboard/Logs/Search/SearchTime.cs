namespace OpsDashboard.Logs.Search;

/// <summary>A token that ends with the caller's, or when a search has taken as long as it may.</summary>
sealed class SearchTime : IDisposable
{
    readonly CancellationTokenSource limit, either;

    public SearchTime(TimeSpan duration, TimeProvider time, CancellationToken stop)
    {
        limit = new(duration, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
    }

    public CancellationToken Token => either.Token;

    public void Dispose()
    {
        either.Dispose();
        limit.Dispose();
    }
}
