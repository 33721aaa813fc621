using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Sql;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

public sealed class SqliteDecisionTests() : SqlDecisionTests(StorageProvider.Sqlite);

public sealed class PostgresDecisionTests() : SqlDecisionTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public async Task Ask_ADatabaseThatDropsMeanwhile_IsSaidAtOnce_AndNothingIsCommitted()
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection);
        await using var way = new CuttableWay(settings.Port);
        await using var room = await OpenAsync($"postgres://{settings.Username}@{new Uri(way.Address).Authority}/{settings.Database}");
        var (run, driving) = await AskedAsync(room);
        way.Cut();
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.EndsWith("Nothing was committed.", run.Reason, StringComparison.Ordinal);
        Assert.Equal(StepEffect.None, run.Steps[0].Effect);
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));
    }

    [PostgresFact]
    public async Task Statement_ADatabaseThatDropsWhileItRuns_LeavesNothing_AndSaysSo()
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection);
        await using var way = new CuttableWay(settings.Port);
        var kind = new SqlStepExecutor(new Outbound(), TimeProvider.System);
        var step = StepKindTests.Step(kind, $"kind: sql, connection: \"postgres://{settings.Username}@{new Uri(way.Address).Authority}/{settings.Database}\", statement: \"UPDATE orders SET state = 'done' FROM (SELECT pg_sleep(600)) AS nap WHERE id <= 3\", max_rows: 4, commit: auto, statement_timeout: 10m, timeout: 1h");
        var working = kind.ExecuteAsync(StepKindTests.Context(step), default);
        const string Ours = "FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'UPDATE orders%'";
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (await ScalarAsync($"SELECT count(*) {Ours}") == "0")
            limit.Token.ThrowIfCancellationRequested();
        way.Cut();
        var failed = Assert.IsType<StepOutcome.Failed>(await working.WaitAsync(Patience.Limit));
        Assert.Equal(StepEffect.None, failed.Effect);
        Assert.EndsWith("Nothing was committed.", failed.Reason, StringComparison.Ordinal);
        await ScalarAsync($"SELECT pg_terminate_backend(pid) {Ours}");
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));
    }

    [PostgresTheory]
    [InlineData("COMMIT", StepEffect.Applied)]
    [InlineData("ROLLBACK", StepEffect.None)]
    public async Task Check_AfterTheCommitBegan_AsksTheServerWhatBecameOfIt(string end, StepEffect expected)
    {
        await using var open = new NpgsqlConnection(Connection);
        await open.OpenAsync();
        var id = await ScalarAsync(open, "BEGIN; UPDATE orders SET state = 'x' WHERE id = 1; SELECT txid_current()");
        var kind = new SqlStepExecutor(new Outbound(), TimeProvider.System);
        var context = StepKindTests.Context(StepKindTests.Step(kind, $"kind: sql, connection: \"{Address}\", statement: SELECT 1, max_rows: 1")) with { Handle = $"committing {id}" };
        Assert.Equal(StepEffect.Unknown, await kind.CheckAsync(context, default));
        await ScalarAsync(open, end);
        Assert.Equal(expected, await kind.CheckAsync(context, default));
    }

    [PostgresFact]
    public async Task Statement_ThatEndsTheTransactionItself_IsNotCalledHarmless()
    {
        var kind = new SqlStepExecutor(new Outbound(), TimeProvider.System);
        var failed = Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(StepKindTests.Context(StepKindTests.Step(kind, $"kind: sql, connection: \"{Address}\", statement: \"UPDATE orders SET state = 'x' WHERE id = 1; COMMIT; BEGIN\", max_rows: 1")), default));
        Assert.Equal(StepEffect.Unknown, failed.Effect);
    }
}

/// <summary>A statement that waits for a person's Commit, on a real database.</summary>
public abstract class SqlDecisionTests(StorageProvider provider) : IAsyncLifetime
{
    protected string Connection { get; private set; } = "";

    protected string Address { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (provider == StorageProvider.Postgres)
        {
            Connection = await PostgresServer.CreateDatabaseAsync();
            var settings = new NpgsqlConnectionStringBuilder(Connection);
            Address = $"postgres://{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database}";
        }
        else
        {
            var file = Path.Combine(RealServer.TemporaryFolder("sqlstep"), "shop.db");
            (Connection, Address) = ($"Data Source={file};Pooling=false", $"sqlite:{file}");
        }
        await ScalarAsync("CREATE TABLE orders (id int PRIMARY KEY, state text)");
        await ScalarAsync("INSERT INTO orders VALUES (1, 'open'), (2, 'open'), (3, 'open'), (4, 'open'), (5, 'open')");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Ask_ShowsWhatItTouched_AndCommitsForAPerson()
    {
        await using var room = await OpenAsync(Address);
        var (run, driving) = await AskedAsync(room);
        Assert.Equal(("Commit? It touched 3 rows, at most 4 are expected.", true, RunStatus.Running), (run.Reason, run.NeedsAPerson, run.Status));
        Assert.Equal(["Roll back", "Commit"], run.Steps[0].Choices);
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));

        await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("close", 1), "Maybe", null, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Runs.AnswerAsync(RunRoom.Viewer, run.Id, new("close", 1), "Commit", null, default));
        await room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("close", 1), "Commit", "as agreed", default);
        Assert.Equal("Bob has answered already.", (await Assert.ThrowsAsync<RunStateException>(() => room.Runs.AnswerAsync(RunRoom.Ada, run.Id, new("close", 1), "Roll back", null, default))).Message);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;

        Assert.Equal((RunStatus.Succeeded, "3 rows were changed; Bob committed it."), (run.Status, run.Steps[0].Observation));
        Assert.Equal(("3", "Bob"), (run.Steps[0].Outputs["affected"], run.Steps[0].Outputs["by"]));
        Assert.Equal("3", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'done'"));
        Assert.Equal(["id | state", "1 | done", "2 | done", "3 | done"], (await room.Outputs.ReadAsync(run.Id, 1, 10, default)).Select(line => line.Text));
        Assert.Equal(["runbook.started", "run.answered", "run.ended"], (await room.AuditedAsync()).Where(entry => entry.Outcome == OpsDashboard.Audit.AuditOutcome.Done).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Ask_RollBack_ChangesNothing()
    {
        await using var room = await OpenAsync(Address);
        var (run, driving) = await AskedAsync(room);
        await room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("close", 1), "Roll back", null, default);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal((RunStatus.Failed, "close failed: Bob rolled it back: nothing was changed.", StepEffect.None), (run.Status, run.Reason, run.Steps[0].Effect));
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));
    }

    [Fact]
    public async Task Ask_NobodyAnswers_ItIsRolledBackAfterAMinute_AndNobodyCanAnyMore()
    {
        await using var room = await OpenAsync(Address);
        var (run, driving) = await AskedAsync(room);
        var until = run.Steps[0].Deadline!.Value;
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal("close failed: Nobody decided within 60 s: it was rolled back, nothing was changed.", run.Reason);
        Assert.True(run.EndedAt >= until);
        Assert.Equal("close waits for no answer.", (await Assert.ThrowsAsync<RunStateException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("close", 1), "Commit", null, default))).Message);
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));
    }

    [Fact]
    public async Task Ask_Aborted_ChangesNothing()
    {
        await using var room = await OpenAsync(Address);
        var (run, driving) = await AskedAsync(room);
        await room.Runs.AbortAsync(RunRoom.Ada, run.Id, "wrong one", default);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        Assert.Equal((RunStatus.Aborted, "Ada aborted it: wrong one."), (run.Status, run.Reason));
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));
    }

    [Fact]
    public async Task Ask_TheProgramEnds_TheRunIsInterrupted_AndItsCheckSaysThatNothingHappened()
    {
        await using var room = await OpenAsync(Address);
        using var crash = new CancellationTokenSource();
        var (run, driving) = await AskedAsync(room, crash.Token);
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving);
        run = await room.Neighbour(Yaml(Address)).DriveAsync(run);
        Assert.Equal((RunStatus.Interrupted, StepEffect.None, 0), (run.Status, run.Steps[0].Effect, run.Steps[0].Choices.Count));
        Assert.Equal("Its check says that it did not happen. Resuming runs it again.", run.Steps[0].Reason);
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'open'"));
    }

    protected static Task<RunRoom> OpenAsync(string address) => RunRoom.OpenAsync(Yaml(address), more: clock => [new SqlStepExecutor(new Outbound(), clock)]);

    protected static Task<(Run Run, Task<Run> Driving)> AskedAsync(RunRoom room, CancellationToken stop = default) => StartAsync(room, stop);

    protected async Task<string> ScalarAsync(string sql)
    {
        await using DbConnection open = provider == StorageProvider.Postgres ? new NpgsqlConnection(Connection) : new SqliteConnection(Connection);
        await open.OpenAsync();
        return await ScalarAsync(open, sql);
    }

    protected static async Task<string> ScalarAsync(DbConnection open, string sql)
    {
        await using var command = open.CreateCommand();
        command.CommandText = sql;
        return $"{await command.ExecuteScalarAsync()}";
    }

    static async Task<(Run, Task<Run>)> StartAsync(RunRoom room, CancellationToken stop)
    {
        var run = await room.StartAsync();
        return await room.DriveUntilAsync(run, now => now.Steps[0].IsAsking || now.IsOver, stop);
    }

    static string Yaml(string address) => $$"""
        title: T
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        steps:
          - name: close
            kind: sql
            connection: "{{address}}"
            statement: "UPDATE orders SET state = 'done' WHERE id <= 3 RETURNING id, state"
            max_rows: 4
            timeout: 1h
        """;
}
