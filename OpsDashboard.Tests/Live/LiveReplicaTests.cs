using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Live;

/// <summary>Two processes' worth of program on one PostgreSQL: what one collects is live in the other, with Redis, without it, and after it died.</summary>
public sealed class LiveReplicaTests
{
    [PostgresFact]
    public async Task SampleOfOne_IsLiveInTheOther_WithoutRedis()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var one = Replica(database, null);
        await using var two = Replica(database, null);
        await ShowsAsync(one, two, 1);
    }

    [ReplicaFact]
    public async Task SampleOfOne_IsLiveInTheOther_WithRedisAndAfterItDied()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        using var redis = await RedisServer.StartAsync();
        await using var one = Replica(database, redis);
        await using var two = Replica(database, redis);
        await ShowsAsync(one, two, 1);
        redis.Dispose();
        await ShowsAsync(one, two, 2);
        await ShowsAsync(two, one, 3);
    }

    static async Task ShowsAsync(TestProgram from, TestProgram to, double value)
    {
        using var hub = await HubClient.ConnectAsync(to);
        var id = await hub.FollowAsync("""replica_value{system="a"}""");
        LiveHubTests.Append(from, "replica_value", value);
        var frame = await hub.FrameAsync(frame => LiveHubTests.IsPoint(frame, id) && frame.GetArrayLength() > 3 && frame[3].ValueKind == JsonValueKind.Number && frame[3].GetDouble() == value);
        Assert.Equal(value, frame[3].GetDouble());
    }

    static TestProgram Replica(string database, RedisServer? redis)
    {
        var program = new TestProgram(new()
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = database,
            ["Live:Redis"] = redis is null ? null : $"127.0.0.1:{redis.Port},password={redis.Password}",
        });
        // The host starts with its first use.
        _ = program.Server;
        return program;
    }
}

/// <summary>A test that needs a real PostgreSQL and a real Redis.</summary>
public sealed class ReplicaFactAttribute : FactAttribute
{
    public ReplicaFactAttribute() =>
        Skip = RealServer.SkipUnless(PostgresServer.Binary("initdb"), "PostgreSQL") ?? RealServer.SkipUnless(RealServer.Find("redis-server"), "Redis");
}
