using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>Two replicas on one PostgreSQL: each has the whole head.</summary>
public sealed class ReplicaTests
{
    [PostgresFact]
    public async Task Samples_OfEach_AreInBoth()
    {
        await using var one = await StoreFixture.CreateAsync(DatabaseKind.Postgres);
        await using var two = await one.ReplicaAsync();
        one.Append("up", one.Now, 1);
        two.Append("up", one.Now + 1, 2);
        two.Append("other", one.Now, 3);
        await ExchangeAsync(one, two);

        foreach (var store in new[] { one, two })
        {
            Assert.Equal(new double[] { 1, 2 }, await store.ValuesAsync("up"));
            Assert.Equal(new double[] { 3 }, await store.ValuesAsync("other"));
        }
    }

    [PostgresFact]
    public async Task Follower_OfAnotherReplicasSamples_IsTold()
    {
        await using var one = await StoreFixture.CreateAsync(DatabaseKind.Postgres);
        await using var two = await one.ReplicaAsync();
        var told = 0;
        using var following = two.Store.Follow([LabelMatcher.Metric("up")], () => told++);
        one.Append("up", one.Now, 1);
        await ExchangeAsync(one, two);
        await ExchangeAsync(one, two);
        Assert.Equal(1, told);
    }

    [PostgresFact]
    public async Task Seal_OfTheLeader_IsFollowedByTheOther()
    {
        await using var one = await StoreFixture.CreateAsync(DatabaseKind.Postgres);
        await using var two = await one.ReplicaAsync();
        for (var i = 0; i < 100; i++)
            (i % 2 == 0 ? one : two).Append("up", one.Now + i, i);
        await ExchangeAsync(one, two);
        Assert.False(await two.Store.SealAsync(one.Now + 49, default));
        await one.SealAsync(one.Now + 49);
        await ExchangeAsync(one, two);

        Assert.Equal(one.Store.Status.SealedUpTo, two.Store.Status.SealedUpTo);
        foreach (var store in new[] { one, two })
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), await store.ValuesAsync("up"));
            await store.CrashAsync();
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), await store.ValuesAsync("up"));
        }
    }

    [PostgresFact]
    public async Task SampleOfTheOther_ThatTheSealMissed_IsStoredByTheLeader()
    {
        await using var one = await StoreFixture.CreateAsync(DatabaseKind.Postgres);
        await using var two = await one.ReplicaAsync();
        one.Append("up", one.Now, 1);
        two.Append("up", one.Now + 1, 2);
        await one.SealAsync(one.Now + 10);
        await ExchangeAsync(two, one);
        await one.FlushAsync();
        await one.SealAsync(one.Now + 20);

        Assert.Equal(new double[] { 1, 2 }, await one.ValuesAsync("up"));
        await two.CrashAsync();
        Assert.Equal(new double[] { 1, 2 }, await two.ValuesAsync("up"));
    }

    [PostgresFact]
    public async Task Leader_Gone_IsReplacedAndNothingIsLost()
    {
        var one = await StoreFixture.CreateAsync(DatabaseKind.Postgres);
        await using var two = await one.ReplicaAsync();
        two.Append("up", one.Now, 1);
        await one.SealAsync(one.Now + 10);
        await two.FlushAsync();
        await one.DisposeAsync();

        // The former leader sealed without this sample; the new one finds it in the log.
        await two.Store.TailAsync(default);
        await two.SealAsync(one.Now + 20);
        await two.FlushAsync();

        Assert.Equal(new double[] { 1 }, await two.ValuesAsync("up"));
        await two.CrashAsync();
        Assert.Equal(new double[] { 1 }, await two.ValuesAsync("up"));
    }

    [PostgresFact]
    public async Task Wake_FromTheOther_BringsSamplesWithoutWaiting()
    {
        var wake = new FakeWake();
        await using var one = await StoreFixture.CreateAsync(DatabaseKind.Postgres);
        await using var two = await one.ReplicaAsync();
        using var stop = new CancellationTokenSource();
        var tail = new ReplicaTail(two.Store, two.Time, wake).RunAsync(stop.Token);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var following = two.Store.Follow([], arrived.SetResult);
        one.Append("up", one.Now, 1);
        await one.FlushAsync();

        wake.Written();

        await arrived.Task.WaitAsync(Patience.Limit);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail);
    }

    static async Task ExchangeAsync(StoreFixture one, StoreFixture two)
    {
        await one.FlushAsync();
        await two.FlushAsync();
        Assert.True(await one.Store.TailAsync(default));
        Assert.True(await two.Store.TailAsync(default));
    }

    sealed class FakeWake : IReplicaWake, IDisposable
    {
        Action observer = () => { };

        public void Written() => observer();

        public IDisposable OnWritten(Action told)
        {
            observer = told;
            return this;
        }

        public void Dispose() => observer = () => { };
    }
}
