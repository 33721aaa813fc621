using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Live.Replicas;

public sealed class RedisReplicaChannelTests
{
    [RedisFact]
    public async Task Publish_WakesTheOtherReplica_NotItself()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await Replica.StartAsync(redis);
        await using var two = await Replica.StartAsync(redis);
        var (before, own) = (two.Woken, one.Woken);
        one.Channel.Publish("samples");
        await UntilAsync(() => two.Woken > before);
        Assert.Equal(own, one.Woken);
    }

    [RedisFact]
    public async Task OtherTopic_WakesNobody()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await Replica.StartAsync(redis);
        await using var two = await Replica.StartAsync(redis);
        var before = two.Woken;
        one.Channel.Publish("catalogue");
        one.Channel.Publish("samples");
        await UntilAsync(() => two.Woken > before);
        Assert.Equal(before + 1, two.Woken);
    }

    [RedisFact]
    public async Task Redis_KilledAndBack_WakesAgain()
    {
        var redis = await RedisServer.StartAsync();
        await using var one = await Replica.StartAsync(redis);
        await using var two = await Replica.StartAsync(redis);
        redis.Dispose();
        await UntilAsync(() => !one.Channel.IsUp && !two.Channel.IsUp);
        one.Channel.Publish("samples");
        using var again = await RedisServer.StartAsync(redis.Port);
        await UntilAsync(() => one.Channel.IsUp && two.Channel.IsUp);
        var before = two.Woken;
        one.Channel.Publish("samples");
        await UntilAsync(() => two.Woken > before);
    }

    [RedisFact]
    public async Task Redis_Hung_IsNoticedAndBlocksNobody()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await Replica.StartAsync(redis);
        await RealServer.RunAsync("/bin/kill", "-STOP", $"{redis.Process.Id}");
        try
        {
            // One that waited for an answer each time would need far longer than anybody's patience.
            await Task.Run(() =>
            {
                for (var i = 0; i < 1_000; i++)
                    one.Channel.Publish($"topic-{i % 10}");
            }).WaitAsync(Patience.Limit);
            await UntilAsync(() => !one.Channel.IsUp);
        }
        finally
        {
            await RealServer.RunAsync("/bin/kill", "-CONT", $"{redis.Process.Id}");
        }
        await UntilAsync(() => one.Channel.IsUp);
    }

    [Fact]
    public void Message_ThatIsNoneOfOurs_IsIgnored()
    {
        Assert.Null(WakeMessage.Parse("hello"));
        Assert.Null(WakeMessage.Parse("a b c"));
        Assert.Null(WakeMessage.Parse(null));
        Assert.Equal(["samples"], WakeMessage.Parse(new WakeMessage("me", 7, ["samples"]).ToString())!.Value.Topics);
    }

    [Fact]
    public void Observers_MissedMessage_WakesEverybody()
    {
        var observers = new WakeObservers();
        var woken = 0;
        using var samples = observers.Add("samples", () => woken++);
        observers.Take(new("other", 1, []));
        observers.Take(new("other", 2, ["catalogue"]));
        Assert.Equal(0, woken);
        observers.Take(new("other", 4, []));
        Assert.Equal(1, woken);
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await pause.WaitForNextTickAsync(limit.Token);
    }

    sealed class Replica : IAsyncDisposable
    {
        int woken;

        Replica(RedisReplicaChannel channel)
        {
            Channel = channel;
            Channel.Subscribe("samples", () => Interlocked.Increment(ref woken));
        }

        public RedisReplicaChannel Channel { get; }

        public int Woken => Volatile.Read(ref woken);

        public static async Task<Replica> StartAsync(RedisServer redis)
        {
            var replica = new Replica(new($"127.0.0.1:{redis.Port},password={redis.Password}", TimeProvider.System, NullLogger<RedisReplicaChannel>.Instance));
            await replica.Channel.StartAsync(CancellationToken.None);
            await UntilAsync(() => replica.Channel.IsUp);
            return replica;
        }

        public async ValueTask DisposeAsync()
        {
            await Channel.StopAsync(CancellationToken.None);
            Channel.Dispose();
        }
    }
}
