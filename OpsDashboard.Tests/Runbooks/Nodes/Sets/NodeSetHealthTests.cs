using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Sets;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes.Sets;

/// <summary>A set of two of which one has to stay healthy, in virtual time: who is begun when.</summary>
public sealed class NodeSetHealthTests
{
    static readonly NodeSet Set = new("apis", ["a", "b"], 1, false, TimeSpan.Zero, 0, 1, "environments/test.yml", 1);

    readonly FakeTimeProvider clock = new();
    readonly List<string> said = [];
    readonly List<(string Node, int Second)> begun = [];

    int Second => (int)(clock.GetUtcNow() - FakeTimeProvider.DefaultStart).TotalSeconds;

    [Fact]
    public async Task Node_IsBegun_OnlyWhenTheOneBeforeIsHealthyAgain()
    {
        // What is seen while a is worked on comes from before; then it starts, and is well from the fifth second on.
        Assert.Null(await WorkAsync((node, second) => node != "a" || begun.Count == 0 || second >= 5 ? Health.Ok : Health.Critical));

        Assert.Equal([("a", 0), ("b", 5)], begun);
        Assert.Equal(["Begins on a; 0 of 2 nodes are done.", "Waits: a is not healthy again yet: shop/api/a was not looked at since.", "Waits: a is not healthy again yet: it is Critical.", "Begins on b; 1 of 2 nodes are done."], said);
    }

    [Fact]
    public async Task Nothing_IsBegun_WhileTheOtherIsDown()
    {
        Assert.Null(await WorkAsync((node, second) => node == "b" && second < 3 ? Health.Unknown : Health.Warning));
        Assert.Equal([("a", 3), ("b", 4)], begun);
        Assert.Equal("Waits: Taking a would leave 0 of 2 nodes healthy; at least 1 must be. b: it is Unknown.", said[0]);
    }

    [Fact]
    public async Task Wait_LastsNoLongerThanTheStep()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10), clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WorkAsync((node, _) => node == "b" ? Health.Critical : Health.Ok, stop: late.Token));
        Assert.Empty(begun);
        Assert.Equal(10, Second);
        Assert.Single(said);
    }

    [Fact]
    public async Task Node_ThatIsDownItself_IsMendedFirst()
    {
        Assert.Null(await WorkAsync((node, _) => node == "a" && begun.Count == 0 ? Health.Critical : Health.Ok));
        Assert.Equal("a", begun[0].Node);
    }

    [Fact]
    public async Task Node_OfWhichNothingIsKnown_IsNotTakenForHealthy()
    {
        Assert.Null(await WorkAsync((node, second) => node == "b" && second < 2 ? null : Health.Ok));
        Assert.Equal(2, begun[0].Second);
        Assert.Contains("b: nothing is known of shop/api/b.", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_WithoutKnownParts_GoesOnAsItFails()
    {
        Assert.Null(await WorkAsync((_, _) => Health.Critical, linked: []));
        Assert.Equal([("a", 0), ("b", 0)], begun);
        Assert.Equal(["a", "b"], SetHealth.None(Set).Unverified);
    }

    [Fact]
    public async Task Set_InWhichNobodyHasToStay_AsksForNoHealth()
    {
        Assert.Null(await WorkAsync((_, _) => Health.Critical, set: Set with { MinimumHealthy = 0 }));
        Assert.Equal([("a", 0), ("b", 0)], begun);
    }

    /// <param name="health">Of a node in a second; its targets are looked at each second.</param>
    async Task<string?> WorkAsync(Func<string, int, Health?> health, NodeSet? set = null, string[]? linked = null, CancellationToken stop = default)
    {
        var parts = (linked ?? ["a", "b"]).ToDictionary(id => id, id => new NodePart("shop", "api", id));
        var seen = new SetHealth(set ?? Set, parts, part => health(part.Instance!, Second) is { } state ? new(new(state, $"it is {state}", clock.GetUtcNow()), clock.GetUtcNow()) : null);
        var work = new NodeSetWork(set ?? Set, seen, (id, _) =>
        {
            begun.Add((id, Second));
            return Task.FromResult(CommandResult.Exited(0));
        }, result => result.ExitCode == 0, clock);
        var running = work.RunAsync(said.Add, stop);
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (!running.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            if (clock.TimerCount > (stop.CanBeCanceled ? 1 : 0))
                clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        return await running;
    }
}
