using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>The sessions of pg_stat_activity, oldest transaction first.</summary>
public sealed class SessionReading : IPostgresReading
{
    const int Shown = 100;

    const string Sessions = $"""
        SELECT {PostgresQuery.Marker} pid, usename::text, datname::text, application_name, host(client_addr), state, concat_ws(' / ', wait_event_type, wait_event),
               extract(epoch FROM clock_timestamp() - state_change)::float8, extract(epoch FROM clock_timestamp() - xact_start)::float8, left(query, 1000), count(*) OVER ()
        FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        ORDER BY xact_start NULLS LAST, state_change DESC LIMIT 100
        """;

    public string Name => "sessions";

    public bool IsDetail => false;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var sessions = await server.RowsAsync(Sessions, row => new
        {
            Cells = new object?[] { row.GetInt32(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Number(7), row.Number(8), StatementText.Shown(row.Text(9)) },
            Transaction = row.Number(8),
            Total = row.GetInt64(10),
        }, stop);
        figures.Add("postgres_longest_transaction_seconds", sessions.Max(session => session.Transaction) ?? 0);
        figures.Keep("sessions", new("Sessions",
            [new("Session"), new("User"), new("Database"), new("Program"), new("From"), new("State"), new("Waits for"), new("In this state", Unit.Seconds), new("Transaction", Unit.Seconds), new("Last statement, literals left out")],
            [.. sessions.Select(session => session.Cells)],
            sessions.Count == 0 ? "no other session" : sessions[0].Total > Shown ? $"the first {Shown} of {sessions[0].Total}" : null, figures.At));
    }
}
