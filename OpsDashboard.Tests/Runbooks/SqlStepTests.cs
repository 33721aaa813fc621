using Npgsql;
using OpsDashboard.Http;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Sql;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>Statements on a real PostgreSQL.</summary>
public sealed class SqlStepTests : IAsyncLifetime
{
    readonly SqlStepExecutor kind = new(new Outbound(), TimeProvider.System);
    string connection = "";

    public async Task InitializeAsync()
    {
        connection = await PostgresServer.CreateDatabaseAsync();
        await ExecuteAsync("CREATE TABLE orders (id int PRIMARY KEY, state text); INSERT INTO orders SELECT i, 'open' FROM generate_series(1, 5) i");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Query_GivesRowsAndTheFirstOnesColumns_AndPrintsThem()
    {
        var lines = new StepKindTests.Lines();
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync("query: \"SELECT id, state FROM orders ORDER BY id\"", lines: lines));
        Assert.Equal(("5", "1", "open"), (done.Outputs["rows"], done.Outputs["id"], done.Outputs["state"]));
        Assert.Equal(["id | state", "1 | open"], lines.All.Take(2));
    }

    [Theory]
    [InlineData("x' OR '1'='1")]
    [InlineData("'; DROP TABLE orders; --")]
    public async Task Query_AValueIsAValue(string value)
    {
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync("query: \"SELECT count(*) AS n FROM orders WHERE state = @state\", values: { state: \"${parameters.x}\" }", value));
        Assert.Equal("0", done.Outputs["n"]);
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Query_ThatWrites_IsRefusedByTheServer()
    {
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("query: \"DELETE FROM orders RETURNING id\""));
        Assert.Contains("read-only transaction", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(StepEffect.None, failed.Effect);
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Statement_WithinItsRows_IsCommitted_ANumberIsANumber()
    {
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync("statement: \"UPDATE orders SET state = 'done' WHERE id <= @id\", values: { id: \"${parameters.x}\" }, max_rows: 3, commit: auto", "3"));
        Assert.Equal("3", done.Outputs["affected"]);
        Assert.Equal("3", await ScalarAsync("SELECT count(*) FROM orders WHERE state = 'done'"));
    }

    [Fact]
    public async Task Statement_BeyondItsRows_IsRolledBack()
    {
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("statement: DELETE FROM orders, max_rows: 4, commit: auto"));
        Assert.Equal(("It touched 5 rows, more than the 4 that are allowed; it was rolled back.", StepEffect.None), (failed.Reason, failed.Effect));
        Assert.Equal("5", await ScalarAsync("SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Statement_BehindALock_GivesUp()
    {
        await using var other = new NpgsqlConnection(connection);
        await other.OpenAsync();
        await using var held = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE orders", other);
        await hold.ExecuteNonQueryAsync();
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("statement: DELETE FROM orders, max_rows: 9, lock_timeout: 50ms, commit: auto"));
        Assert.Contains("lock timeout", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(StepEffect.None, failed.Effect);
    }

    [Fact]
    public async Task Query_ThatTakesTooLong_IsCancelled() =>
        Assert.Equal("The statement took too long and was cancelled.", Assert.IsType<StepOutcome.Failed>(await RunAsync("query: SELECT pg_sleep(60), statement_timeout: 50ms")).Reason);

    [Fact]
    public void Plan_WithoutAnAddress_CannotRunHere() =>
        Assert.Equal("There is no database address in this environment.", kind.Plan(StepKindTests.Step(kind, "kind: sql, connection: \"\", query: SELECT 1"), StepKindTests.Inputs("d")).Problem);

    Task<StepOutcome> RunAsync(string keys, string value = "d", StepKindTests.Lines? lines = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return kind.ExecuteAsync(StepKindTests.Context(StepKindTests.Step(kind, $"kind: sql, connection: \"postgres://{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database}\", {keys}"), value, lines), default);
    }

    async Task ExecuteAsync(string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        await command.ExecuteNonQueryAsync();
    }

    async Task<string> ScalarAsync(string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return $"{await command.ExecuteScalarAsync()}";
    }
}
