using Xunit;

namespace OpsDashboard.Tests.Testing;

public sealed class RealServerTests
{
    [PostgresFact]
    public async Task Postgres_CreateDatabase_AnswersQueries()
    {
        await using var connection = new Npgsql.NpgsqlConnection(await PostgresServer.CreateDatabaseAsync());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 41 + 1";
        Assert.Equal(42, await command.ExecuteScalarAsync());
    }

    [RedisFact]
    public async Task Redis_Start_AcceptsConnections()
    {
        using var redis = await RedisServer.StartAsync();
        await RealServer.WaitForPortAsync(redis.Port);
        Assert.False(redis.Process.HasExited);
    }

    [Fact]
    public async Task FakeTime_Advance_RunsTimersInOrder()
    {
        var clock = new FakeTimeProvider();
        var ran = new List<string>();
        await using var late = clock.CreateTimer(_ => ran.Add("late"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        await using var ticking = clock.CreateTimer(_ => ran.Add($"tick {clock.GetUtcNow().Second}"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        clock.Advance(TimeSpan.FromSeconds(3.5));

        Assert.Equal(["tick 1", "tick 2", "late", "tick 3"], ran);
    }
}
