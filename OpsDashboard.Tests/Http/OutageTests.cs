using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpsDashboard.Http;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Http;

/// <summary>What is too large, and what a database that is away does to a request.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Body_TooLarge_Is413()
    {
        await using var program = new TestProgram();
        // A real server: the one in memory has no limit for bodies.
        program.UseKestrel(0);
        program.StartServer();
        using var client = program.Automation();
        foreach (var isChunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/accounts") { Content = new StringContent($"{{\"name\":\"{new string('x', 2_000_000)}\"}}", null, "application/json") };
            request.Headers.TransferEncodingChunked = isChunked;
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Database_GoneAndBack_Is503Meanwhile()
    {
        var data = RealServer.TemporaryFolder("outage");
        await using var program = new TestProgram(new() { ["Storage:DataDirectory"] = data });
        using var client = program.Automation();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/accounts")).StatusCode);

        Directory.Move(data, data + "-away");
        SqliteConnection.ClearAllPools();
        using var answer = await client.GetAsync("/api/accounts");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Directory.Move(data + "-away", data);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        Assert.DoesNotContain(data, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/accounts")).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Failure_IsAnOutage_OrAFaultOfOurs(string name, Exception failure, int? status) =>
        Assert.True(Problems.Of(failure)?.Status == status, name);

    public static TheoryData<string, Exception, int?> Failures => new()
    {
        { "connection refused", new NpgsqlException("refused"), StatusCodes.Status503ServiceUnavailable },
        { "wrapped", new InvalidOperationException("transient", new DbUpdateException("save", new NpgsqlException("broken"))), StatusCodes.Status503ServiceUnavailable },
        { "shutting down", new PostgresException("terminating", "FATAL", "FATAL", "57P01"), StatusCodes.Status503ServiceUnavailable },
        { "disk full", new SqliteException("full", 13), StatusCodes.Status503ServiceUnavailable },
        { "a constraint", new DbUpdateException("save", new PostgresException("unique", "ERROR", "ERROR", "23505")), null },
        { "a constraint of SQLite", new SqliteException("unique", 19), null },
        { "anything else", new InvalidOperationException("a mistake"), null },
    };
}
