using Npgsql;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Stores;

/// <summary>
/// The systems' work on a real PostgreSQL, in a schema of its own (<c>simulated</c>): openings, transactions, player statistics, and queries
/// that really take long while a fault makes the systems slow. A forgotten query is a session of its own; whoever ends it ends the fault. One caller at a time.
/// </summary>
sealed class PostgresWork(string connectionString, string? password) : IStoreWork
{
    const double LongestSleep = 3;

    /// <summary>What the session of the forgotten query calls itself.</summary>
    public const string Forgotten = "simulator-forgotten";

    const string Schema = """
        CREATE SCHEMA IF NOT EXISTS simulated;
        CREATE TABLE IF NOT EXISTS simulated.case_openings (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id text NOT NULL, currency_awarded int NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
        CREATE INDEX IF NOT EXISTS case_openings_created_at ON simulated.case_openings (created_at);
        CREATE TABLE IF NOT EXISTS simulated.transactions (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount int NOT NULL, status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
        CREATE TABLE IF NOT EXISTS "Character" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, "level" int NOT NULL DEFAULT 1, "experiencePoints" int NOT NULL);
        INSERT INTO "Character" (name, "experiencePoints") SELECT 'Bard ' || i, i * 20 FROM generate_series(1, 40) i WHERE NOT EXISTS (SELECT 1 FROM "Character");
        CREATE TABLE IF NOT EXISTS simulated.player_stats (player_id int NOT NULL, game_date date NOT NULL, points int NOT NULL, PRIMARY KEY (player_id, game_date));
        """;

    const string Work = """
        INSERT INTO simulated.case_openings (case_id, currency_awarded) SELECT 'gold', 5 + (random() * 40)::int FROM generate_series(1, 3);
        INSERT INTO simulated.transactions (amount, status) VALUES (20, 'completed');
        INSERT INTO simulated.player_stats VALUES ((random() * 400)::int, current_date, (random() * 40)::int) ON CONFLICT (player_id, game_date) DO UPDATE SET points = excluded.points;
        SELECT count(*), avg(currency_awarded) FROM simulated.case_openings WHERE created_at > now() - INTERVAL '1 hour';
        SELECT avg(points) FROM simulated.player_stats WHERE player_id = (random() * 400)::int;
        DELETE FROM simulated.case_openings WHERE created_at < now() - INTERVAL '7 days';
        """;

    readonly NpgsqlConnectionStringBuilder settings = new(connectionString) { ApplicationName = "simulator", Password = password, Timeout = 3, CommandTimeout = 10, MaxPoolSize = 5 };
    readonly CancellationTokenSource over = new();
    Task forgotten = Task.CompletedTask;
    bool isReady;

    public string Name => "PostgreSQL";

    public IEnumerable<(string Variable, string Value)> Addresses
    {
        get
        {
            var address = $"postgres://{Uri.EscapeDataString(settings.Username ?? "postgres")}@{settings.Host}:{settings.Port}/{Uri.EscapeDataString(settings.Database ?? "postgres")}";
            foreach (var system in new[] { "cg", "dd", "nba" })
            {
                yield return ($"{system}_postgres", address);
                yield return ($"{system}_postgres_password_env", string.IsNullOrEmpty(password) ? "" : "Simulator__PostgresPassword");
            }
        }
    }

    public async Task WorkAsync(Fleet fleet, CancellationToken stop)
    {
        var working = fleet.Systems.Where(system => system.IsRunning && !system.Faults.Has(FaultKind.DatabaseGone)).ToList();
        if (working.Count == 0)
            return;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(stop);
        if (!isReady)
            await ExecuteAsync(connection, Schema, stop);
        isReady = true;
        await ExecuteAsync(connection, Work, stop);
        if (forgotten.IsCompleted && working.Any(system => system.Faults.Has(FaultKind.LongQuery)))
            forgotten = ForgetAsync(working, over.Token);
        if (working.Max(system => system.Faults.Value(FaultKind.Slow)) is not { } seconds)
            return;
        await using var slow = new NpgsqlCommand("SELECT pg_sleep($1)", connection) { Parameters = { new() { Value = Math.Min(seconds, LongestSleep) } } };
        await slow.ExecuteNonQueryAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await forgotten;
        over.Dispose();
        NpgsqlConnection.ClearPool(new(settings.ConnectionString));
    }

    /// <summary>Holds a query until it is ended from outside, or until the fault is over.</summary>
    async Task ForgetAsync(IReadOnlyList<Systems.SimulatedSystem> systems, CancellationToken stop)
    {
        var held = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { ApplicationName = Forgotten, Pooling = false, CommandTimeout = 0 };
        await using var connection = new NpgsqlConnection(held.ConnectionString);
        try
        {
            await connection.OpenAsync(stop);
            while (systems.Any(system => system.Faults.Has(FaultKind.LongQuery)))
            {
                await using var query = new NpgsqlCommand("SELECT pg_sleep(3600)", connection);
                await query.ExecuteNonQueryAsync(stop);
            }
        }
        catch (PostgresException ended) when (ended.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.QueryCanceled)
        {
            foreach (var system in systems)
                system.Faults.End(FaultKind.LongQuery);
        }
        catch (Exception away) when (away is OperationCanceledException or NpgsqlException)
        {
            // The simulator ends, or the database is away: the next work begins another.
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }
}
