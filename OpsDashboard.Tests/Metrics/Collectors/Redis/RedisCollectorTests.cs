using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Redis;
using OpsDashboard.Tests.Testing;
using StackExchange.Redis;
using System.Net.Sockets;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Redis;

public sealed class RedisCollectorTests
{
    static readonly RedisOptions Options = new(SecretSource.None, 0, false, ["auth:*", "case:*"], "case:*", Patience.Limit, TimeSpan.FromMinutes(5));

    readonly FakeTimeProvider clock = new();
    readonly CollectOnce once;
    readonly string secretFile = Path.Combine(RealServer.TemporaryFolder("redis-secret"), "password");

    public RedisCollectorTests() => once = new() { Clock = clock };

    (RedisCollector Collector, Target Target) CollectorOf(RedisServer redis, RedisOptions? options = null, string? password = null)
    {
        File.WriteAllText(secretFile, (password ?? redis.Password) + "\n");
        options = (options ?? Options) with { Password = new(null, secretFile) };
        var target = CollectOnce.Target("redis", $"127.0.0.1:{redis.Port}", options) with { Timeout = Patience.Limit };
        return (new(options, TimeProvider.System), target);
    }

    async Task<CollectOutcome> RunAsync(ICollector collector, Target target)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return await once.RunAsync(collector, target, target.Timeout);
    }

    static async Task<IDatabase> OpenAsync(RedisServer redis) =>
        (await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},password={redis.Password},tiebreaker=").WaitAsync(Patience.Limit)).GetDatabase();

    [RedisFact]
    public async Task Server_InUse_GivesWindowedHitRatioCountsAndASample()
    {
        using var redis = await RedisServer.StartAsync();
        var user = await OpenAsync(redis);
        for (var i = 0; i < 30; i++)
            await user.StringSetAsync($"case:{i}", "x", TimeSpan.FromMinutes(10));
        for (var i = 0; i < 7; i++)
            await user.StringSetAsync($"auth:{i}", "x");
        for (var i = 0; i < 50; i++)
            await user.StringGetAsync("absent");
        var (collector, target) = CollectorOf(redis);

        var first = await RunAsync(collector, target);
        for (var i = 0; i < 3; i++)
            await user.StringGetAsync("case:1");
        await user.StringGetAsync("absent");
        var second = await RunAsync(collector, target);
        await collector.DisposeAsync();

        Assert.Equal((CollectFailure.None, null), (first.Failure, first.Reason));
        Assert.Equal(once.Samples.All.Count, first.Samples + second.Samples);
        Assert.Equal(0.75, Assert.Single(once.Samples.Of("redis_hit_ratio")).Value);
        Assert.Equal(30, once.Samples.Last("redis_keys", ("pattern", "case:*")));
        Assert.Equal(7, once.Samples.Last("redis_keys", ("pattern", "auth:*")));
        Assert.Equal(1, once.Samples.Last("redis_keys_complete", ("pattern", "auth:*")));
        Assert.Equal(37, once.Samples.Last("redis_database_keys", ("db", "db0")));
        Assert.True(once.Samples.Last("redis_used_memory_bytes") > 100_000);
        Assert.True(once.Samples.Last("redis_connected_clients") >= 2);
        var keys = (CollectedTable)once.Documents["keys"];
        Assert.Equal(10, keys.Rows.Count);
        Assert.All(keys.Rows, row => Assert.InRange((double)row[1]!, 1, 600));
    }

    [RedisFact]
    public async Task ManyKeys_BeyondTheBudget_AreCountedOverSeveralRuns()
    {
        using var redis = await RedisServer.StartAsync();
        var user = await OpenAsync(redis);
        await user.ScriptEvaluateAsync("for i = 1, 5000 do redis.call('set', 'auth:' .. i, 1) end");
        var (collector, target) = CollectorOf(redis, Options with { Count = ["auth:*"], Sample = null, ScanBudget = TimeSpan.FromTicks(1) });

        await RunAsync(collector, target);
        var partial = once.Samples.Last("redis_keys", ("pattern", "auth:*"));
        Assert.Equal(0, once.Samples.Last("redis_keys_complete", ("pattern", "auth:*")));
        for (var runs = 0; runs < 40 && once.Samples.Last("redis_keys_complete", ("pattern", "auth:*")) == 0; runs++)
            await RunAsync(collector, target);
        await collector.DisposeAsync();

        Assert.InRange(partial, 1, 4999);
        Assert.Equal(5000, once.Samples.Last("redis_keys", ("pattern", "auth:*")));
    }

    [RedisFact]
    public async Task Server_Hung_TimesOutAndIsReadAgainWhenItGoesOn()
    {
        using var redis = await RedisServer.StartAsync();
        var (collector, target) = CollectorOf(redis);
        Assert.Equal(CollectFailure.None, (await RunAsync(collector, target)).Failure);

        await RealServer.RunAsync("kill", "-STOP", $"{redis.Process.Id}");
        var hung = await RunAsync(collector, target with { Timeout = TimeSpan.FromMilliseconds(500) });
        var stillHung = await RunAsync(collector, target with { Timeout = TimeSpan.FromMilliseconds(500) });
        await RealServer.RunAsync("kill", "-CONT", $"{redis.Process.Id}");
        var back = await RunAsync(collector, target);
        await collector.DisposeAsync();

        Assert.Equal((CollectFailure.TimedOut, $"127.0.0.1:{redis.Port} does not answer in time."), (hung.Failure, hung.Reason));
        Assert.Equal(CollectFailure.TimedOut, stillHung.Failure);
        Assert.Equal((CollectFailure.None, null), (back.Failure, back.Reason));
    }

    [RedisFact]
    public async Task Server_Killed_IsRefusedAndReadAgainAfterRestart()
    {
        var redis = await RedisServer.StartAsync();
        var (collector, target) = CollectorOf(redis);
        Assert.Equal(CollectFailure.None, (await RunAsync(collector, target)).Failure);

        redis.Dispose();
        await redis.Process.WaitForExitAsync();
        var down = await RunAsync(collector, target);
        using var again = await RedisServer.StartAsync(redis.Port);
        var back = await RunAsync(collector, target);
        await collector.DisposeAsync();

        Assert.Equal(CollectFailure.Refused, down.Failure);
        Assert.Equal(0, once.Samples.Of("probe_success")[1].Value);
        Assert.Equal((CollectFailure.None, null), (back.Failure, back.Reason));
    }

    [Fact]
    public async Task Name_Unknown_IsSaidAsThat()
    {
        await using var collector = new RedisCollector(Options, TimeProvider.System);

        var outcome = await RunAsync(collector, CollectOnce.Target("redis", "redis.invalid:6379", Options));

        Assert.Equal(CollectFailure.NameNotResolved, outcome.Failure);
    }

    [Fact]
    public async Task ClientWithoutConnection_IsARefusalAndNoUnknownName()
    {
        var settings = new ConfigurationOptions { AbortOnConnectFail = false, ConnectRetry = 0, EndPoints = { $"127.0.0.1:{RealServer.FreePort()}" } };
        using var client = await ConnectionMultiplexer.ConnectAsync(settings);
        var failed = await Assert.ThrowsAsync<RedisConnectionException>(() => client.GetDatabase().PingAsync());
        Assert.Equal(ConnectionFailureType.UnableToResolvePhysicalConnection, failed.FailureType);

        var (failure, reason) = RedisFailure.Of(failed, "127.0.0.1:6379");

        Assert.Equal((CollectFailure.Refused, "127.0.0.1:6379 refuses the connection, or broke it."), (failure, reason));
    }

    [Theory]
    [InlineData(SocketError.ConnectionReset, CollectFailure.Refused)]
    [InlineData(SocketError.ConnectionRefused, CollectFailure.Refused)]
    [InlineData(SocketError.HostNotFound, CollectFailure.NameNotResolved)]
    [InlineData(SocketError.TimedOut, CollectFailure.TimedOut)]
    public void SocketOfTheConnection_Failed_IsSaidAsWhatItMeans(SocketError error, CollectFailure expected)
    {
        var failed = new IOException("broken", new SocketException((int)error));

        Assert.Equal(expected, RedisFailure.Of(failed, "127.0.0.1:6379").Failure);
    }

    [RedisFact]
    public async Task Password_Wrong_IsSaidWithoutRepeatingIt()
    {
        using var redis = await RedisServer.StartAsync();
        var (collector, target) = CollectorOf(redis, password: "not-the-secret");

        var outcome = await RunAsync(collector, target);
        File.WriteAllText(secretFile, redis.Password);
        var mended = await RunAsync(collector, target);
        await collector.DisposeAsync();

        Assert.Equal((CollectFailure.AuthenticationFailed, $"127.0.0.1:{redis.Port} refuses the password, or wants one."), (outcome.Failure, outcome.Reason));
        Assert.Equal((CollectFailure.None, null), (mended.Failure, mended.Reason));
    }

    [Theory]
    [InlineData("redis://user:secret@127.0.0.1:6379")]
    [InlineData("http://127.0.0.1")]
    public async Task Address_Unusable_IsRefusedWithoutRepeatingASecret(string address)
    {
        await using var collector = new RedisCollector(Options, TimeProvider.System);

        var outcome = await RunAsync(collector, CollectOnce.Target("redis", address, Options));

        Assert.Equal(CollectFailure.Malformed, outcome.Failure);
        Assert.DoesNotContain("secret", outcome.Reason);
    }

    [Fact]
    public void Info_WithUnknownAndBrokenLines_KeepsWhatItKnows()
    {
        var info = RedisInfo.Parse("# Stats\r\nkeyspace_hits:12\r\nused_memory_human:1.2M\r\nnonsense\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=1\r\ndb1:what\r\n");
        Assert.Equal(12, info.Number("keyspace_hits"));
        Assert.Null(info.Number("used_memory_human"));
        Assert.Equal([("db0", 3.0)], info.Keyspace());
    }
}
