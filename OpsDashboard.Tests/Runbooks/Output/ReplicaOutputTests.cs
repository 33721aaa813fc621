using System.Text.Json;
using OpsDashboard.Tests.Live;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Output;

/// <summary>Two processes' worth of program on one PostgreSQL: a run that one of them drives is followed line by line at both, whichever it is.</summary>
public sealed class ReplicaOutputTests
{
    [PostgresFact]
    public Task Run_OfTheOther_IsFollowedAndEnded_WithoutRedis() => FollowAsync(null);

    [ReplicaFact]
    public async Task Run_OfTheOther_IsFollowedAndEnded_WithRedis()
    {
        using var redis = await RedisServer.StartAsync();
        await FollowAsync(redis);
    }

    static async Task FollowAsync(RedisServer? redis)
    {
        var followed = await FollowedFile.CreateAsync();
        await followed.WriteAsync("line 1");
        var (database, catalogue) = (await PostgresServer.CreateDatabaseAsync(), followed.Catalogue);
        await using var one = Replica(database, catalogue, redis);
        await using var two = Replica(database, catalogue, redis);
        using var client = one.Automation();
        using var other = two.Automation();
        using var here = await HubClient.ConnectAsync(one);
        using var there = await HubClient.ConnectAsync(two);
        var run = await FollowedFile.StartAsync(client);
        var topics = new[] { (Hub: here, Id: await here.FollowAsync(run, "stream", source: "runs")), (Hub: there, Id: await there.FollowAsync(run, "stream", source: "runs")) };

        // Each next line is written when the one before was seen at both.
        for (var number = 1; number <= 3; number++)
        {
            foreach (var (hub, id) in topics)
                await hub.FrameAsync(frame => IsLine(frame, id, $"line {number}"));
            await followed.WriteAsync($"line {number + 1}");
        }

        (await other.PostAsync($"/api/runs/{run}/abort", null)).EnsureSuccessStatusCode();
        foreach (var asked in new[] { client, other })
            await PageForms.UntilAsync(asked, $"/api/runs/{run}", answer => JsonDocument.Parse(answer).RootElement.GetProperty("status").GetString() == "aborted");
    }

    static bool IsLine(JsonElement frame, int id, string text) =>
        frame[0].GetInt32() == id && frame[2].ValueKind == JsonValueKind.String && frame[2].GetString() == "l" && frame[4].EnumerateArray().Any(line => line[4].GetString() == text);

    static TestProgram Replica(string database, string catalogue, RedisServer? redis)
    {
        var program = new TestProgram(new()
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = database,
            ["Catalogue:Path"] = catalogue,
            ["Nodes:AllowLocal"] = "true",
            ["Live:Redis"] = redis is null ? null : $"127.0.0.1:{redis.Port},password={redis.Password}",
        });
        // The host starts with its first use.
        _ = program.Server;
        return program;
    }
}
