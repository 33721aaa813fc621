using System.Net;
using Npgsql;
using OpsDashboard.Catalogue;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>The real program, killed while a transaction waits for somebody's Commit.</summary>
public sealed class KilledDecisionTests
{
    [PostgresFact]
    public async Task Kill_WhileACommitIsAsked_CommitsNothing_AndTheRunIsInterrupted_ThenItIsCommittedOnce()
    {
        var connection = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        await ScalarAsync(connection, "CREATE TABLE accounts (id int, balance int); INSERT INTO accounts VALUES (1, 100)");
        var catalogue = RealServer.TemporaryFolder("decision-catalogue");
        KilledProgramTests.Copy(CatalogueOptions.ShippedPath, catalogue);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "case-opening", "runbooks", "grant.yml"), $$"""
            title: Grant
            summary: Adds to a balance.
            owner: o@example.com
            reviewBy: 2027-01-01
            risk: reversible
            component: api
            steps:
              - name: add
                kind: sql
                connection: "postgres://{{connection.Username}}@{{connection.Host}}:{{connection.Port}}/{{connection.Database}}"
                statement: UPDATE accounts SET balance = balance + 7 WHERE id = 1 RETURNING id, balance
                max_rows: 1
            """);
        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string> { ["Catalogue__Path"] = catalogue });
        using var limit = new CancellationTokenSource(Patience.Limit * 2);
        using var client = KilledProgramTests.Client(program);

        var plan = (await KilledProgramTests.PostAsync(client, "/api/runbooks/case-opening.grant/preview", new { }, limit.Token)).GetProperty("plan");
        var run = await KilledProgramTests.PostAsync(client, "/api/runbooks/case-opening.grant/start", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString() }, limit.Token, HttpStatusCode.Accepted);
        var address = $"/api/runs/{run.GetProperty("id").GetString()}";
        var asked = await KilledProgramTests.UntilAsync(client, address, now => now.GetProperty("needsAPerson").GetBoolean(), limit.Token);
        Assert.Equal("Commit? It touched 1 rows, at most 1 are expected.", asked.GetProperty("reason").GetString());
        await program.KillAsync();
        await program.StartAgainAsync();

        var found = await KilledProgramTests.UntilAsync(client, address, now => now.GetProperty("status").GetString() == "interrupted" && now.GetProperty("steps")[0].GetProperty("effect").GetString() == "none", limit.Token);
        Assert.Equal("Its check says that it did not happen. Resuming runs it again.", found.GetProperty("steps")[0].GetProperty("reason").GetString());
        Assert.Equal("100", await ScalarAsync(connection, "SELECT balance FROM accounts"));

        await KilledProgramTests.PostAsync(client, $"{address}/resume", new { }, limit.Token);
        await KilledProgramTests.UntilAsync(client, address, now => now.GetProperty("needsAPerson").GetBoolean(), limit.Token);
        await KilledProgramTests.PostAsync(client, $"{address}/answer", new { step = "add", attempt = 2, choice = "Commit" }, limit.Token);
        await KilledProgramTests.UntilAsync(client, address, now => now.GetProperty("status").GetString() == "succeeded", limit.Token);
        Assert.Equal("107", await ScalarAsync(connection, "SELECT balance FROM accounts"));
    }

    static async Task<string> ScalarAsync(NpgsqlConnectionStringBuilder connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection.ConnectionString);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return $"{await command.ExecuteScalarAsync()}";
    }
}
