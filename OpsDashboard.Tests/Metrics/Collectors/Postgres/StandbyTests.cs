using Npgsql;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Postgres;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Postgres;

/// <summary>Replication lag against a real primary with a real streaming standby.</summary>
public sealed class StandbyTests
{
    static readonly PostgresOptions Options = new(null, null, SecretSource.None, TimeSpan.FromMilliseconds(200), TimeSpan.Zero, 20);

    static async Task ExecuteAsync(int port, string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresServer.ConnectionString(port, "postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs the collector anew until what it says satisfies the condition.</summary>
    static async Task UntilAsync(int port, Func<CollectOnce, bool> condition)
    {
        var target = CollectOnce.Target("postgres", $"postgres://postgres@127.0.0.1:{port}/postgres", Options) with { Timeout = Patience.Limit };
        await using var collector = new PostgresKind(TimeProvider.System).Create(target);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var once = new CollectOnce();
            Assert.Null((await once.RunAsync(collector, target)).Reason);
            if (condition(once))
                return;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    static async Task UntilReplayedAsync(int standby, string table)
    {
        await using var connection = new NpgsqlConnection(PostgresServer.ConnectionString(standby, "postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT to_regclass('{table}') IS NOT NULL", connection);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await command.ExecuteScalarAsync(limit.Token) is not true)
            await pause.WaitForNextTickAsync(limit.Token);
    }

    static bool Lags(CollectOnce once, string replica, Func<double, bool> bytes) =>
        once.Samples.Of("postgres_replication_lag_bytes").Any(sample => sample.Series.Labels["replica"] == replica && bytes(sample.Value));

    [PostgresFact]
    public async Task Standby_ThatStopsReplaying_LagsInBytesAndSeconds_UntilItCatchesUp()
    {
        var (primaryFolder, standbyFolder) = (RealServer.TemporaryFolder("primary"), RealServer.TemporaryFolder("standby"));
        var primary = await PostgresServer.StartAsync(primaryFolder, RealServer.FreePort());
        var standby = await PostgresServer.StartStandbyAsync(standbyFolder, RealServer.FreePort(), primary);
        try
        {
            await UntilAsync(primary, once => once.Samples.Last("postgres_replicas") == 1 && Lags(once, "walreceiver", behind => behind == 0));
            await UntilAsync(standby, once => Lags(once, "self", behind => behind == 0));

            // A standby that has replayed no transaction cannot say how old its last one is.
            await ExecuteAsync(primary, "CREATE TABLE villains (n int)");
            await UntilReplayedAsync(standby, "villains");
            await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
            await ExecuteAsync(primary, "CREATE TABLE heroes AS SELECT n, repeat('x', 100) AS text FROM generate_series(1, 20000) n");
            await UntilAsync(primary, once => Lags(once, "walreceiver", behind => behind > 1_000_000));
            await UntilAsync(standby, once => Lags(once, "self", behind => behind > 1_000_000) && once.Samples.Last("postgres_replication_lag_seconds") > 0);
            await UntilAsync(primary, once => ((CollectedTable)once.Documents["replicas"]).Rows is [var row] && (string?)row[2] == "streaming");

            await ExecuteAsync(standby, "SELECT pg_wal_replay_resume()");
            await UntilAsync(primary, once => Lags(once, "walreceiver", behind => behind == 0));
        }
        finally
        {
            PostgresServer.Stop(standbyFolder);
            PostgresServer.Stop(primaryFolder);
        }
    }
}
