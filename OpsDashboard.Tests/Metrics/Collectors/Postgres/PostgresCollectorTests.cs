using System.Net;
using System.Net.Sockets;
using Npgsql;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Postgres;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Postgres;

public sealed class PostgresCollectorTests
{
    static readonly PostgresOptions Options = new(null, null, SecretSource.None, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15), 20);

    readonly FakeTimeProvider clock = new();
    readonly CollectOnce once;

    public PostgresCollectorTests() => once = new() { Clock = clock };

    static Target TargetOf(string address, PostgresOptions? options = null) =>
        CollectOnce.Target("postgres", address, options ?? Options) with { Timeout = Patience.Limit };

    static string AddressOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://postgres@127.0.0.1:{settings.Port}/{settings.Database}";
    }

    static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task<CollectOutcome> RunAsync(ICollector collector, Target target, double advance = 1)
    {
        clock.Advance(TimeSpan.FromSeconds(advance));
        return await once.RunAsync(collector, target);
    }

    CollectedTable Table(string name) => (CollectedTable)once.Documents[name];

    [PostgresFact]
    public async Task Server_Accepting_ReportsBothProbesAndEveryConcern()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var session = await OpenAsync(database);
        await ExecuteAsync(session, "CREATE TABLE heroes (id int PRIMARY KEY, name text); CREATE INDEX heroes_name ON heroes (name); INSERT INTO heroes SELECT n, 'hero ' || n FROM generate_series(1, 1000) n; ANALYZE heroes");
        var target = TargetOf(AddressOf(database));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        var outcome = await RunAsync(collector, target);

        Assert.Equal((CollectFailure.None, null), (outcome.Failure, outcome.Reason));
        Assert.Equal(outcome.Samples, once.Samples.All.Count);
        Assert.Equal(1, once.Samples.Last("probe_success", ("check", "pg_isready")));
        Assert.Equal(1, once.Samples.Last("probe_success", ("check", "SELECT 1")));
        Assert.InRange(once.Samples.Last("probe_duration_seconds", ("check", "SELECT 1")), 0.00001, Patience.Limit.TotalSeconds);
        Assert.Equal(1, once.Samples.Last("postgres_readiness", ("state", "accepting")));
        Assert.Equal(PostgresServer.MaxConnections, once.Samples.Last("postgres_max_connections"));
        Assert.True(once.Samples.Last("postgres_connections", ("state", "idle")) >= 1);
        Assert.InRange(once.Samples.Last("postgres_connection_usage_ratio"), 0.005, 1);
        Assert.True(once.Samples.Last("postgres_table_size_bytes", ("table", "heroes")) > 50_000);
        Assert.Equal(1, once.Samples.Last("postgres_unused_indexes"));
        Assert.Equal(0, once.Samples.Last("postgres_replicas"));
        Assert.Equal("no replicas", Table("replicas").Note);
        Assert.All(once.Samples.Of("postgres_reading_success"), sample => Assert.Equal(1, sample.Value));
        Assert.Contains(Table("indexes").Rows, row => (string?)row[2] == "heroes_name" && row[5] is true);
    }

    [PostgresFact]
    public async Task IndexScans_BetweenRuns_GiveAHitRatioOfTheWindow()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var session = await OpenAsync(database);
        await ExecuteAsync(session, "CREATE TABLE heroes (id int PRIMARY KEY); INSERT INTO heroes SELECT generate_series(1, 1000); ANALYZE heroes");
        var target = TargetOf(AddressOf(database));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);
        await RunAsync(collector, target);

        await ExecuteAsync(session, "SET enable_seqscan = off; DO $$ BEGIN FOR n IN 1..500 LOOP PERFORM 1 FROM heroes WHERE id = n; END LOOP; END $$; SELECT pg_stat_force_next_flush()");
        await ExecuteAsync(session, "SELECT 1");
        await RunAsync(collector, target);

        Assert.InRange(once.Samples.Last("postgres_index_hit_ratio"), 0.9, 1);
        Assert.InRange(once.Samples.Last("postgres_cache_hit_ratio"), 0.5, 1);
    }

    [PostgresFact]
    public async Task TwoSessions_OneLocking_NamesWaiterAndBlockerWithoutLiterals()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var holder = await OpenAsync(database);
        await using var waiter = await OpenAsync(database);
        await using var watcher = await OpenAsync(database);
        await ExecuteAsync(holder, "CREATE TABLE accounts (id int, secret text); INSERT INTO accounts VALUES (1, 'x')");
        await ExecuteAsync(holder, "BEGIN; UPDATE accounts SET secret = 'held-secret' WHERE id = 1");
        var waiting = ExecuteAsync(waiter, "UPDATE accounts SET secret = 'wanted-secret' WHERE id = 1");
        while (await CountAsync(watcher, $"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = {waiter.ProcessID}") == 0)
            await Task.Yield();
        var target = TargetOf(AddressOf(database));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        await RunAsync(collector, target);
        await ExecuteAsync(holder, "COMMIT");
        await waiting;

        Assert.Equal(1, once.Samples.Last("postgres_blocked_sessions"));
        Assert.True(once.Samples.Last("postgres_longest_block_seconds") > 0);
        Assert.True(once.Samples.Last("postgres_longest_transaction_seconds") > 0);
        var row = Assert.Single(Table("blocked sessions").Rows);
        Assert.Equal(waiter.ProcessID, row[0]);
        Assert.Equal(holder.ProcessID, row[4]);
        Assert.DoesNotContain("secret'", string.Join(' ', Table("sessions").Rows.Concat(Table("blocked sessions").Rows).SelectMany(cells => cells)));
    }

    static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    [PostgresFact]
    public async Task Statements_SlowAndFast_AreListedAndBecomeAHistogram()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var session = await OpenAsync(database);
        await ExecuteAsync(session, "CREATE EXTENSION pg_stat_statements");
        var target = TargetOf(AddressOf(database));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);
        await RunAsync(collector, target);
        Assert.Equal(0, once.Samples.Last("postgres_query_duration_seconds_count"));

        await ExecuteAsync(session, "SELECT pg_sleep(1.1)");
        await ExecuteAsync(session, "SELECT count(*) FROM pg_class");
        await RunAsync(collector, target);
        Assert.Equal(0, once.Samples.Last("postgres_query_duration_seconds_count"));
        await RunAsync(collector, target, advance: 15);

        // On a busy machine others can be slow too.
        var slow = Table("slow queries").Rows;
        Assert.Equal(slow.Count, once.Samples.Last("postgres_slow_queries"));
        var row = Assert.Single(slow, row => (string?)row[0] == "SELECT pg_sleep($1)");
        Assert.InRange((double)row[2]!, 1.09, Patience.Limit.TotalSeconds);
        var all = once.Samples.Last("postgres_query_duration_seconds_count");
        Assert.Equal(all, once.Samples.Last("postgres_query_duration_seconds_bucket", ("le", "+Inf")));
        Assert.InRange(once.Samples.Last("postgres_query_duration_seconds_bucket", ("le", "1")), 0, all - 1);
    }

    [PostgresFact]
    public async Task Statements_WithoutTheExtension_SaySo()
    {
        var target = TargetOf(AddressOf(await PostgresServer.CreateDatabaseAsync()));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        await RunAsync(collector, target);

        Assert.Contains("not installed", Table("slow queries").Note);
        Assert.Empty(once.Samples.Of("postgres_slow_queries"));
    }

    [PostgresFact]
    public async Task Server_ShuttingDown_RejectsAndIsNotTakenForDead()
    {
        var folder = RealServer.TemporaryFolder("postgres-rejects");
        var port = await PostgresServer.StartAsync(folder, RealServer.FreePort());
        await using var session = await OpenAsync(PostgresServer.ConnectionString(port, "postgres"));
        using var postmaster = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First()));
        await RealServer.RunAsync("kill", "-TERM", $"{postmaster.Id}");
        var target = TargetOf($"127.0.0.1:{port}");
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        CollectOutcome outcome;
        do
            outcome = await RunAsync(collector, target);
        while (outcome.Failure == CollectFailure.None);
        PostgresServer.Stop(folder);

        Assert.Equal((CollectFailure.NotReady, "The server rejects connections: the database system is shutting down."), (outcome.Failure, outcome.Reason));
        Assert.Equal(1, once.Samples.Last("postgres_readiness", ("state", "rejecting")));
        Assert.Equal(0, once.Samples.Last("probe_success", ("check", "SELECT 1")));
    }

    [PostgresFact]
    public async Task Server_KilledAndBack_IsRefusedThenReadAgain()
    {
        var folder = RealServer.TemporaryFolder("postgres-killed");
        var port = await PostgresServer.StartAsync(folder, RealServer.FreePort());
        var target = TargetOf($"127.0.0.1:{port}");
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);
        Assert.Equal(CollectFailure.None, (await RunAsync(collector, target)).Failure);

        PostgresServer.Stop(folder);
        var down = await RunAsync(collector, target);
        await PostgresServer.StartAsync(folder, port);
        var first = await RunAsync(collector, target);
        var back = first.Failure == CollectFailure.None ? first : await RunAsync(collector, target);
        PostgresServer.Stop(folder);

        Assert.Equal((CollectFailure.Refused, $"127.0.0.1:{port} refuses the connection."), (down.Failure, down.Reason));
        Assert.Equal(CollectFailure.None, back.Failure);
    }

    [Fact]
    public async Task Server_ThatAcceptsAndSaysNothing_DoesNotRespond()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var target = TargetOf($"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}") with { Timeout = TimeSpan.FromSeconds(2) };
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        var outcome = await RunAsync(collector, target);

        Assert.Equal((CollectFailure.TimedOut, "The server does not answer the startup packet."), (outcome.Failure, outcome.Reason));
        Assert.Equal(1, once.Samples.Last("postgres_readiness", ("state", "no_response")));
    }

    [PostgresFact]
    public async Task User_WithoutLogin_IsReadyButCannotQuery()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        var target = TargetOf(AddressOf(database).Replace("postgres@", "nobody_here@"));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        var outcome = await RunAsync(collector, target);

        Assert.Equal((CollectFailure.AuthenticationFailed, "The server says: role \"nobody_here\" does not exist."), (outcome.Failure, outcome.Reason));
        Assert.Equal(1, once.Samples.Last("probe_success", ("check", "pg_isready")));
        Assert.Equal(0, once.Samples.Last("probe_success", ("check", "SELECT 1")));
    }

    [PostgresFact]
    public async Task User_WithFewRights_ReportsWhatItMayRead()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var admin = await OpenAsync(database);
        var role = $"r{Guid.NewGuid():N}";
        await ExecuteAsync(admin, $"CREATE ROLE {role} LOGIN; REVOKE ALL ON pg_stat_replication FROM public");
        var target = TargetOf(AddressOf(database).Replace("postgres@", role + "@"));
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        var outcome = await RunAsync(collector, target);

        Assert.Equal(CollectFailure.None, outcome.Failure);
        Assert.Equal(0, once.Samples.Last("postgres_reading_success", ("reading", "replication")));
        Assert.Equal(1, once.Samples.Last("postgres_reading_success", ("reading", "connections")));
        Assert.Contains(Table("readings").Rows, row => (string?)row[0] == "replication" && ((string)row[1]!).Contains("permission denied"));
    }

    [Fact]
    public async Task Address_WithAPassword_IsRefusedWithoutRepeatingIt()
    {
        var target = TargetOf("postgres://dnd:hunter2@127.0.0.1/dnd");
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        var outcome = await RunAsync(collector, target);

        Assert.Contains("password_env", outcome.Reason);
        Assert.DoesNotContain("hunter2", outcome.Reason);
    }

    [Fact]
    public async Task Secret_ThatIsMissing_NamesItsVariable()
    {
        var target = TargetOf("127.0.0.1:1", Options with { Password = new("OPS_TEST_NO_SUCH_SECRET", null) });
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);

        var outcome = await RunAsync(collector, target);

        Assert.Equal((CollectFailure.AuthenticationFailed, "The environment variable OPS_TEST_NO_SUCH_SECRET with the password is empty."), (outcome.Failure, outcome.Reason));
    }
}
