using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

public sealed class ExpressionMemoryTests
{
    readonly FakeTimeProvider clock = new();
    readonly ExpressionMemory memory;

    public ExpressionMemoryTests() => memory = new(clock);

    [Fact]
    public void Expression_AskedEverySecond_IsParsedOnce()
    {
        var first = memory.Parsed("up");
        for (var second = 0; second < 600; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Same(first, memory.Parsed("up"));
        }
    }

    [Fact]
    public void Expression_NotAskedForTwoGenerations_IsForgotten()
    {
        var once = memory.Parsed("up[543s:]");
        clock.Advance(ExpressionMemory.Generation);
        memory.Parsed("up");
        clock.Advance(ExpressionMemory.Generation);
        memory.Parsed("up");
        Assert.Equal(1, memory.Count);
        Assert.NotSame(once, memory.Parsed("up[543s:]"));
    }

    [Fact]
    public void Expressions_MoreThanItHolds_MakeRoomByForgettingTheOldest()
    {
        for (var i = 0; i < 3 * ExpressionMemory.Capacity; i++)
            memory.Parsed($"up == {i}");
        Assert.InRange(memory.Count, ExpressionMemory.Capacity, 2 * ExpressionMemory.Capacity);
    }

    [Fact]
    public void Expression_ThatIsNone_IsRefusedEveryTime()
    {
        Assert.Throws<PromQlException>(() => memory.Parsed("sum("));
        Assert.Throws<PromQlException>(() => memory.Parsed("sum("));
        Assert.Equal(0, memory.Count);
    }
}
