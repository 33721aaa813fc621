using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

public sealed class QueryQueueTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    readonly FakeTimeProvider clock = new();
    readonly QueryOptions options = new() { PerActor = 2, Total = 4, MaxWait = TimeSpan.FromSeconds(10), MaxWaiting = 3 };

    QueryQueue Queue() => new(options, clock);

    static Task<IDisposable> Enter(QueryQueue queue, string actor, CancellationToken stop = default) => queue.EnterAsync(actor, stop).AsTask();

    [Fact]
    public async Task Actor_WithAllItsPlaces_WaitsUntilOneIsFree()
    {
        var queue = Queue();
        var first = await Enter(queue, "a");
        await Enter(queue, "a");
        var third = Enter(queue, "a");
        Assert.False(third.IsCompleted);
        Assert.True(Enter(queue, "b").IsCompletedSuccessfully);
        first.Dispose();
        (await third.WaitAsync(Soon)).Dispose();
    }

    [Fact]
    public async Task Actor_WhoMayHaveMoreThanThereAre_LeavesOnePlaceToOthers()
    {
        options.PerActor = 50;
        var queue = Queue();
        for (var i = 0; i < 3; i++)
            Assert.True(Enter(queue, "a").IsCompletedSuccessfully);
        Assert.False(Enter(queue, "a").IsCompleted);
        Assert.True(Enter(queue, "b").IsCompletedSuccessfully);
        Assert.False(Enter(queue, "c").IsCompleted);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Lines_TakeTurns()
    {
        options.Total = 2;
        options.PerActor = 1;
        var queue = Queue();
        var running = await Enter(queue, "x");
        var other = await Enter(queue, "y");
        var many = Enumerable.Range(0, 3).Select(_ => Enter(queue, "a")).ToArray();
        var late = Enter(queue, "b");
        running.Dispose();
        var first = await many[0].WaitAsync(Soon);
        other.Dispose();
        await late.WaitAsync(Soon);
        Assert.False(many[1].IsCompleted);
        first.Dispose();
        await many[1].WaitAsync(Soon);
    }

    [Fact]
    public async Task Wait_LongerThanAllowed_EndsInATimeoutAndGivesTheTurnAway()
    {
        var queue = Queue();
        var first = await Enter(queue, "a");
        await Enter(queue, "a");
        var waiting = Enter(queue, "a");
        clock.Advance(TimeSpan.FromSeconds(10));
        var refusal = await Assert.ThrowsAsync<QueryLimitException>(() => waiting.WaitAsync(Soon));
        Assert.True(refusal.IsTimeout);
        Assert.Contains("query queue after 10 s", refusal.Message, StringComparison.Ordinal);
        first.Dispose();
        Assert.True(Enter(queue, "a").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_GivenUp_LeavesTheLine()
    {
        var queue = Queue();
        var first = await Enter(queue, "a");
        await Enter(queue, "a");
        using var gone = new CancellationTokenSource();
        var waiting = Enter(queue, "a", gone.Token);
        var next = Enter(queue, "a");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Soon));
        first.Dispose();
        await next.WaitAsync(Soon);
    }

    [Fact]
    public async Task Line_ThatIsTooLong_IsRefusedAtOnce()
    {
        var queue = Queue();
        for (var i = 0; i < 5; i++)
            _ = Enter(queue, "a");
        Assert.True((await Assert.ThrowsAsync<QueryLimitException>(() => Enter(queue, "a"))).IsTimeout);
        Assert.True(Enter(queue, "b").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Place_LeftTwice_CountsOnce()
    {
        var queue = Queue();
        var first = await Enter(queue, "a");
        await Enter(queue, "a");
        first.Dispose();
        first.Dispose();
        Assert.True(Enter(queue, "a").IsCompletedSuccessfully);
        Assert.False(Enter(queue, "a").IsCompleted);
    }

    [Fact]
    public async Task Program_DoesNotStandInLine_PeopleDo()
    {
        options.Total = options.PerActor = 1;
        var queue = Queue();
        var engine = new PromQlEngine(new FakeSamples(), TimeProvider.System, queue: queue);
        using var taken = await Enter(queue, "someone");
        Assert.Equal(2, (await engine.Parse("1 + 1").InstantAsync(0, new(), default)).Series[0].Samples[0].Value);
        Assert.Equal(2, (await engine.For(Actor.Program).Parse("1 + 1").InstantAsync(0, new(), default)).Series[0].Samples[0].Value);
        var person = engine.For(new("p", "P", ActorKind.Person, [new(Role.Admin, null)])).Parse("1 + 1").RangeAsync(0, 1_000, 1_000, new(), default).AsTask();
        Assert.False(person.IsCompleted);
        taken.Dispose();
        Assert.Single((await person.WaitAsync(Soon)).Series);
    }
}
