namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>One concern of a server: what it reads stands or falls alone. May keep state between runs; never runs concurrently with itself.</summary>
public interface IPostgresReading
{
    /// <summary>The label <c>reading</c> of <c>postgres_reading_success</c>.</summary>
    string Name { get; }

    /// <summary>Too costly for every tick: read at the pace of the details and repeated between.</summary>
    bool IsDetail { get; }

    Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop);
}
