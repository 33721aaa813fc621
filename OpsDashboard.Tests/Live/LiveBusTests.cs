using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Live;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Live;

public sealed class LiveBusTests
{
    readonly LiveBus bus = new(NullLogger<LiveBus>.Instance);

    sealed record Changed(int Number);

    sealed record Other;

    [Fact]
    public async Task Publish_ReachesEverySubscriberOfTheType_InOrder()
    {
        var first = new Collector(3);
        var second = new Collector(3);
        using var a = bus.Subscribe<Changed>(message => first.Add(message.Number));
        using var b = bus.Subscribe<Changed>(message => second.Add(message.Number));
        using var c = bus.Subscribe<Other>(_ => first.Add(-1));
        for (var i = 1; i <= 3; i++)
            bus.Publish(new Changed(i));
        Assert.Equal([1, 2, 3], await first.All.WaitAsync(Patience.Limit));
        Assert.Equal([1, 2, 3], await second.All.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Publish_FaultyNeighbour_DoesNotReachTheOthers()
    {
        var good = new Collector(2);
        using var bad = bus.Subscribe<Changed>(_ => throw new InvalidOperationException("broken"));
        using var subscription = bus.Subscribe<Changed>(message => good.Add(message.Number));
        bus.Publish(new Changed(1));
        bus.Publish(new Changed(2));
        Assert.Equal([1, 2], await good.All.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Publish_SlowSubscriber_LosesTheOldestAndBlocksNobody()
    {
        using var open = new ManualResetEventSlim();
        var seen = new Collector(LiveBus.Capacity + 1);
        var entered = new TaskCompletionSource();
        using var slow = bus.Subscribe<Changed>(message =>
        {
            entered.TrySetResult();
            open.Wait();
            seen.Add(message.Number);
        });
        bus.Publish(new Changed(0));
        await entered.Task.WaitAsync(Patience.Limit);
        for (var i = 1; i <= LiveBus.Capacity + 100; i++)
            bus.Publish(new Changed(i));
        open.Set();
        var all = await seen.All.WaitAsync(Patience.Limit);
        Assert.Equal(0, all[0]);
        Assert.Equal(101, all[1]);
        Assert.Equal(LiveBus.Capacity + 100, all[^1]);
    }

    [Fact]
    public async Task Dispose_EndsTheSubscription()
    {
        var gone = new Collector(1);
        var stays = new Collector(1);
        bus.Subscribe<Changed>(message => gone.Add(message.Number)).Dispose();
        using var subscription = bus.Subscribe<Changed>(message => stays.Add(message.Number));
        bus.Publish(new Changed(1));
        await stays.All.WaitAsync(Patience.Limit);
        Assert.False(gone.All.IsCompleted);
    }

    /// <summary>Completes with the first so many numbers.</summary>
    sealed class Collector(int count)
    {
        readonly List<int> numbers = [];
        readonly TaskCompletionSource<IReadOnlyList<int>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<int>> All => done.Task;

        public void Add(int number)
        {
            lock (numbers)
            {
                numbers.Add(number);
                if (numbers.Count == count)
                    done.TrySetResult([.. numbers]);
            }
        }
    }
}
