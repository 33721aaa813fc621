using Npgsql;
using OpsDashboard.Runbooks;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Stores;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>Runbooks whose statements run on a real PostgreSQL, in which the simulator works.</summary>
public sealed class DatabaseProcedureTests
{
    internal static readonly string[] Ids = ["nba-projections.kill-long-queries", "dnd-companion.level-up-migration"];

    [PostgresFact]
    public async Task KillLongQueries_EndsTheChosenOne_AndNothingElse()
    {
        var connection = await PostgresServer.CreateDatabaseAsync();
        await using var room = await ProcedureRoom.OpenAsync("nba-projections", Variables("nba", connection));
        await using var work = new PostgresWork(connection, null);
        var faults = room.Scraped.System.Faults;
        faults.Start(FaultKind.LongQuery, 4, TimeSpan.FromHours(1));
        await work.WorkAsync(room.Scraped.Fleet, default);
        var forgotten = await PidAsync(connection, PostgresWork.Forgotten);
        await using var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "other", Pooling = false }.ConnectionString);
        await other.OpenAsync();
        await using var patient = new NpgsqlCommand("SELECT pg_sleep(3600)", other) { CommandTimeout = 0 };
        using var over = new CancellationTokenSource();
        var sleeping = patient.ExecuteNonQueryAsync(over.Token);
        await PidAsync(connection, "other");

        Run? run = null;
        await QuietLoop.Run(async () => run = await room.FinishAsync(await room.StartAsync("kill-long-queries", null, new() { ["minutes"] = "0" }), Says), room.Scraped.Pass,
            // The forgotten session hears of its end in real time.
            () => room.Away.IsAway || (hasChosen && faults.Has(FaultKind.LongQuery)));

        Assert.True(run!.Status == RunStatus.Succeeded, run.Reason);
        Assert.Contains($"{forgotten}", run.Steps.Single(step => step.Name == "candidates").Outputs["pids"], StringComparison.Ordinal);
        Assert.Equal($"{forgotten}", run.Steps.Single(step => step.Name == "terminate").Outputs["pid"]);
        Assert.Equal("1", run.Steps.Single(step => step.Name == "terminate").Outputs["rows"]);
        Assert.False(sleeping.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sleeping);

        (string?, string?) Says(Run now, StepRun step)
        {
            hasChosen |= step.Name == "choose";
            return step.Name == "any" ? ("Yes, I choose which", null) : (null, $"{forgotten} and ; DROP TABLE x");
        }
    }

    [PostgresFact]
    public async Task LevelUpMigration_RaisesThoseWhoAreDue()
    {
        var connection = await PostgresServer.CreateDatabaseAsync();
        await using var room = await ProcedureRoom.OpenAsync("dnd-companion", Variables("dd", connection));
        await using var work = new PostgresWork(connection, null);
        await work.WorkAsync(room.Scraped.Fleet, default);
        Run? run = null;
        await QuietLoop.Run(async () => run = await room.FinishAsync(await room.StartAsync("level-up-migration", null, []), (_, _) => ("Yes, raise them", null)), room.Scraped.Pass, () => room.Away.IsAway);
        Assert.True(run!.Status == RunStatus.Succeeded, run.Reason);
        var steps = run.Steps.ToDictionary(step => step.Name);
        Assert.Equal(("26", "0", "26", "26"), (steps["before"].Outputs["due"], steps["before"].Outputs["above"], steps["raise"].Outputs["affected"], steps["after"].Outputs["above"]));
    }

    [PostgresFact]
    public async Task LevelUpMigration_BeyondItsLimit_ChangesNothing()
    {
        var connection = await PostgresServer.CreateDatabaseAsync();
        await using var room = await ProcedureRoom.OpenAsync("dnd-companion", Variables("dd", connection));
        await using var work = new PostgresWork(connection, null);
        await work.WorkAsync(room.Scraped.Fleet, default);
        await ScalarAsync(connection, "INSERT INTO \"Character\" (name, \"experiencePoints\") SELECT 'Rogue', 900 FROM generate_series(1, 1001)");
        Run? run = null;
        await QuietLoop.Run(async () => run = await room.FinishAsync(await room.StartAsync("level-up-migration", null, []), (_, _) => ("Yes, raise them", null)), room.Scraped.Pass, () => room.Away.IsAway);
        Assert.Equal("Raise them failed: It touched 1027 rows, more than the 1000 that are allowed; it was rolled back.", run!.Reason);
        Assert.Equal(0L, await ScalarAsync(connection, "SELECT count(*) FROM \"Character\" WHERE \"level\" > 1"));
    }

    volatile bool hasChosen;

    static (string, string)[] Variables(string system, string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return [($"{system}_postgres", $"postgres://{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database}"), ($"{system}_postgres_password_env", "")];
    }

    static async Task<int> PidAsync(string connection, string application)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await ScalarAsync(connection, $"SELECT pid FROM pg_stat_activity WHERE application_name = '{application}' AND state = 'active'") is int pid)
                return pid;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    static async Task<object?> ScalarAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return await command.ExecuteScalarAsync();
    }
}
