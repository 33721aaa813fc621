using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Stores;
using OpsDashboard.Tests.Testing;
using StackExchange.Redis;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>With a real Redis or PostgreSQL beside it the simulator fills that, and the native collectors find it.</summary>
public sealed class StoreWorkTests(RunningFleet fleet) : IClassFixture<RunningFleet>
{
    [RedisFact]
    public async Task Redis_HoldsTokensAndCasesThatExpire()
    {
        using var server = await RedisServer.StartAsync();
        await using var work = new RedisWork($"127.0.0.1:{server.Port}", server.Password, seed: 1);
        await work.WorkAsync(fleet.Fleet, default);
        await work.WorkAsync(fleet.Fleet, default);
        using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},password={server.Password}");
        var keys = redis.GetServer($"127.0.0.1:{server.Port}").Keys(pattern: "*").Select(key => key.ToString()).ToList();
        Assert.Contains(keys, key => key.StartsWith("auth:", StringComparison.Ordinal));
        var cached = keys.First(key => key.StartsWith("case:", StringComparison.Ordinal));
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(cached))!.Value.TotalMinutes, 1, 60);
        Assert.Contains(("cg_redis", $"127.0.0.1:{server.Port}"), work.Addresses);

        fleet.Fleet.CaseOpening.Faults.Start(FaultKind.CacheCold, 0.05, TimeSpan.FromMinutes(1));
        await work.WorkAsync(fleet.Fleet, default);
        fleet.Fleet.CaseOpening.Faults.End();
        Assert.DoesNotContain(redis.GetServer($"127.0.0.1:{server.Port}").Keys(pattern: "case:*").Select(key => key.ToString()), key => !key.Contains("unknown"));
    }

    [PostgresFact]
    public async Task Postgres_HoldsOpenings_AndThePasswordIsInNoAddress()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        await using var work = new PostgresWork(connectionString, password: null);
        await work.WorkAsync(fleet.Fleet, default);
        await work.WorkAsync(fleet.Fleet, default);
        await using var connection = new Npgsql.NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var count = new Npgsql.NpgsqlCommand("SELECT count(*) FROM simulated.case_openings", connection);
        Assert.Equal(6L, await count.ExecuteScalarAsync());
        await using var secret = new PostgresWork("Host=db;Database=d;Username=u", "hunter2");
        Assert.DoesNotContain(secret.Addresses, address => address.Value.Contains("hunter2", StringComparison.Ordinal));
        Assert.Contains(("cg_postgres", "postgres://u@db:5432/d"), secret.Addresses);
    }

    [Fact]
    public async Task Postgres_Away_IsAnErrorThatTheHostReports()
    {
        await using var work = new PostgresWork($"Host=127.0.0.1;Port={RealServer.FreePort()};Database=d;Username=u", null);
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => work.WorkAsync(fleet.Fleet, default));
    }
}
