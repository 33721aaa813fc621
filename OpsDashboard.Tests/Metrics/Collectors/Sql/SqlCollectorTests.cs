using Microsoft.Data.Sqlite;
using Npgsql;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Sql;
using OpsDashboard.Tests.Testing;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Tests.Metrics.Collectors.Sql;

public sealed class SqlCollectorTests
{
    const string ByDay = "SELECT date(created_at) AS day, count(*) AS openings, avg(currency_awarded) AS average_award FROM case_openings GROUP BY 1 ORDER BY 1 DESC";

    static readonly SqlMetric[] Metrics =
    [
        new("case_openings_daily", "openings", ["day"], MetricKind.Gauge, "Cases opened on the day"),
        new("case_award_daily_average", "average_award", ["day"], MetricKind.Gauge, ""),
    ];

    readonly CollectOnce once = new();

    static SqlOptions OptionsOf(string query, int maxRows = 100, params SqlMetric[] metrics) =>
        new(null, null, SecretSource.None, query, maxRows, metrics.Length == 0 ? Metrics : metrics, "Case openings by day");

    async Task<CollectOutcome> RunAsync(string address, SqlOptions options, double seconds = 120)
    {
        await using var collector = new SqlCollector(options, TimeProvider.System);
        return await once.RunAsync(collector, CollectOnce.Target("sql", address, options) with { Timeout = TimeSpan.FromSeconds(seconds) }, TimeSpan.FromSeconds(seconds));
    }

    static async Task<string> SqliteFileAsync()
    {
        var file = Path.Combine(RealServer.TemporaryFolder("sql"), "game.db");
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE case_openings (created_at text, currency_awarded int);
            INSERT INTO case_openings VALUES ('2026-11-20 08:00:00', 10), ('2026-11-20 09:00:00', 30), ('2026-11-19 09:00:00', NULL)
            """;
        await command.ExecuteNonQueryAsync();
        return $"sqlite:{file}";
    }

    static async Task<string> PostgresAsync(string setUp)
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(setUp, connection);
        await command.ExecuteNonQueryAsync();
        return $"postgres://postgres@127.0.0.1:{connection.Port}/{connection.Database}";
    }

    [Fact]
    public async Task Sqlite_OwnDatabase_IsRefused_AlsoByAttach()
    {
        var game = await SqliteFileAsync();
        var folder = RealServer.TemporaryFolder("own");
        var own = Path.Combine(folder, "ops.db");
        File.Copy(game["sqlite:".Length..], own);

        Assert.Equal(CollectFailure.AuthenticationFailed, (await RunAsync($"sqlite:{own}", OptionsOf(ByDay))).Failure);
        var attached = await RunAsync(game, OptionsOf($"ATTACH DATABASE '{own}' AS own; SELECT '1' AS day, count(*) AS openings, 0 AS average_award FROM own.case_openings"));
        Assert.NotEqual(CollectFailure.None, attached.Failure);
        Assert.Contains("attached", attached.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Sqlite_OpeningsByDay_BecomeSamplesAndATable()
    {
        var outcome = await RunAsync(await SqliteFileAsync(), OptionsOf(ByDay));

        Assert.Equal((CollectFailure.None, null, 4), (outcome.Failure, outcome.Reason, outcome.Samples));
        Assert.Equal(2, once.Samples.Last("case_openings_daily", ("day", "2026-11-20")));
        Assert.Equal(20, once.Samples.Last("case_award_daily_average", ("day", "2026-11-20")));
        Assert.Single(once.Samples.Of("case_award_daily_average"));
        Assert.Equal(2, once.Samples.Last("sql_rows"));
        Assert.Equal("2026-11-20", ((CollectedTable)once.Documents["Case openings by day"]).Rows[0][0]);
    }

    [Fact]
    public async Task Sqlite_Writing_IsRefused()
    {
        var outcome = await RunAsync(await SqliteFileAsync(), OptionsOf("DELETE FROM case_openings RETURNING 1 AS openings"));
        Assert.Equal(CollectFailure.Other, outcome.Failure);
        Assert.Contains("readonly", outcome.Reason);
    }

    [Fact]
    public async Task Sqlite_EndlessQuery_IsCutOff()
    {
        var endless = OptionsOf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n", 1, new SqlMetric("c", "c", [], MetricKind.Gauge, ""));
        Assert.Equal(CollectFailure.TimedOut, (await RunAsync(await SqliteFileAsync(), endless, 0.4)).Failure);
    }

    [Fact]
    public async Task Sqlite_MissingFile_IsSaidAndNotCreated()
    {
        var file = Path.Combine(RealServer.TemporaryFolder("sql"), "absent.db");
        var outcome = await RunAsync($"sqlite:{file}", OptionsOf(ByDay));
        Assert.Equal((CollectFailure.Refused, $"There is no file {file}."), (outcome.Failure, outcome.Reason));
        Assert.False(File.Exists(file));
    }

    [PostgresFact]
    public async Task Postgres_OrphanedTransactions_AreCounted()
    {
        var address = await PostgresAsync("""
            CREATE TABLE transactions (status text, created_at timestamptz);
            INSERT INTO transactions VALUES ('pending', now() - interval '2 hours'), ('pending', now()), ('done', now() - interval '2 hours')
            """);
        var options = OptionsOf("SELECT count(*) AS orphaned FROM transactions WHERE status = 'pending' AND created_at < now() - interval '1 hour'", 1,
            new SqlMetric("transactions_orphaned", "orphaned", [], MetricKind.Gauge, ""));

        Assert.Equal(CollectFailure.None, (await RunAsync(address, options)).Failure);
        Assert.Equal(1, once.Samples.Last("transactions_orphaned"));
    }

    [PostgresTheory]
    [InlineData("DELETE FROM t RETURNING 1 AS openings", CollectFailure.Other, "read-only transaction")]
    [InlineData("COMMIT; DELETE FROM t", CollectFailure.Other, "multiple commands")]
    [InlineData("SELECT pg_sleep(30)", CollectFailure.TimedOut, "too long")]
    [InlineData("SELECT nothing FROM nowhere", CollectFailure.Other, "nowhere")]
    [InlineData("SELECT n AS openings, n AS day, n AS average_award FROM generate_series(1, 101) n", CollectFailure.TooLarge, "more than 100 rows")]
    [InlineData("SELECT 1 AS openings, 1 AS day", CollectFailure.Malformed, "no column average_award")]
    [InlineData("SELECT 'many' AS openings, 1 AS day, 1 AS average_award", CollectFailure.Malformed, "no number")]
    [InlineData("SELECT 1 AS openings, 1 AS day, 1 AS average_award FROM generate_series(1, 2)", CollectFailure.Malformed, "same labels")]
    public async Task Postgres_BadQuery_FailsWithAReasonAndNoSample(string query, CollectFailure failure, string reason)
    {
        var address = await PostgresAsync("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");

        var outcome = await RunAsync(address, OptionsOf(query), 1.5);

        Assert.Equal(failure, outcome.Failure);
        Assert.Contains(reason, outcome.Reason);
        Assert.Empty(once.Samples.All);
    }

    [Fact]
    public void Options_WithSeveralMistakes_NameThemAll()
    {
        var problems = new List<CatalogueProblem>();
        var stream = new YamlStream();
        stream.Load(new StringReader("max_rows: 5000\nmetrics:\n  - { name: 'bad name', value: v, labels: ['a-b'], colour: red }\n  - { name: good }\n"));
        new SqlKind(TimeProvider.System).ReadOptions(new((YamlMappingNode)stream.Documents[0].RootNode, "targets.yml", problems, text => text));

        Assert.Equal(
            ["`max_rows: 5000` is out of range.", "`bad name` is no name of a metric.", "`a-b` is no name of a label.", "`colour` is not known here.", "`value` is missing.", "`query` is missing."],
            problems.Select(problem => problem.Message));
    }
}
