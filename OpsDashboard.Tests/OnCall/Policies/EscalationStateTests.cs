using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Roster;
using Xunit;

namespace OpsDashboard.Tests.OnCall.Policies;

/// <summary>The rule who is paged when, without a database: virtual instants only.</summary>
public sealed class EscalationStateTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    static readonly EscalationPolicy Guide = Policy((0, 0, 5), (30, 0, 5), (120, 0, 5), (240, 0, 5));

    static EscalationPolicy Policy(params (int? After, int Repeat, int Every)[] levels) => new("p", "P",
        [.. levels.Select(level => new EscalationLevel(level.After is { } minutes ? TimeSpan.FromMinutes(minutes) : null, [new(TargetKind.Person, "a")], level.Repeat, TimeSpan.FromMinutes(level.Every), 1))], TimeSpan.FromMinutes(30), [], 1);

    static DateTimeOffset At(double minutes) => Start + TimeSpan.FromMinutes(minutes);

    /// <summary>Sends what is due at its very time, until nothing is or the time has come.</summary>
    static (EscalationState State, List<PageSlot> Sent) Run(EscalationPolicy policy, EscalationState state, DateTimeOffset until)
    {
        var sent = new List<PageSlot>();
        while (state.Next(policy) is { } slot && slot.At <= until)
        {
            sent.Add(slot);
            state = state.Sent(policy, slot, slot.At);
        }
        return (state, sent);
    }

    /// <summary>ESC-01 to ESC-04: at once, after 30 minutes, 2 hours, 4 hours (DD:667-670).</summary>
    [Fact]
    public void GuidesLevels_NobodyAnswers_AreReachedExactlyAtTheirTimes()
    {
        var (_, sent) = Run(Guide, EscalationState.Begin(Start), At(24 * 60));
        Assert.Equal([(0, At(0)), (1, At(30)), (2, At(120)), (3, At(240))], sent.Select(slot => (slot.Level, slot.At)));
    }

    [Fact]
    public void Repeats_StandBetweenTheLevels()
    {
        var (_, sent) = Run(Policy((0, 9, 10), (30, 2, 5)), EscalationState.Begin(Start), At(1000));
        Assert.Equal([(0, 0, At(0)), (0, 1, At(10)), (0, 2, At(20)), (1, 0, At(30)), (1, 1, At(35)), (1, 2, At(40))], sent.Select(slot => (slot.Level, slot.Repeat, slot.At)));
    }

    [Fact]
    public void PathWithoutTimes_WaitsUntilItIsPassedOn()
    {
        var policy = Policy((0, 0, 5), (null, 0, 5), (null, 0, 5));
        var (state, _) = Run(policy, EscalationState.Begin(Start), At(10_000));
        Assert.Null(state.Next(policy));
        var (passed, sent) = Run(policy, state.PassOn(policy, At(7))!, At(10_000));
        Assert.Equal((1, At(7)), (sent.Single().Level, sent.Single().At));
        Assert.Null(passed.PassOn(policy, At(8))!.PassOn(policy, At(9)));
    }

    [Fact]
    public void PassedOn_TheLaterLevelsKeepTheirDistance()
    {
        var (state, _) = Run(Guide, EscalationState.Begin(Start), At(5));
        var (_, sent) = Run(Guide, state.PassOn(Guide, At(5))!, At(10_000));
        Assert.Equal([(1, At(5)), (2, At(95)), (3, At(215))], sent.Select(slot => (slot.Level, slot.At)));
    }

    [Fact]
    public void Forgotten_ItsLevelIsPagedAgain_AndEscalationGoesOnFromThere()
    {
        var (state, _) = Run(Guide, EscalationState.Begin(Start), At(31));
        var taken = state.Acknowledge(At(31), At(61));
        Assert.Null(taken.Next(Guide));
        var (_, sent) = Run(Guide, taken.Reopen(At(61), isVoid: true), At(10_000));
        Assert.Equal([(1, At(61)), (2, At(151)), (3, At(271))], sent.Select(slot => (slot.Level, slot.At)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(45)]
    [InlineData(300)]
    public void ProgramWasDown_TheLowestLevelIsPagedAtOnce_NeverSeveral(double downUntil)
    {
        var state = EscalationState.Begin(Start);
        var slot = state.Next(Guide)!;
        Assert.Equal((0, At(0)), (slot.Level, slot.At));
        var after = state.Sent(Guide, slot, At(downUntil));
        // What is due next is later, and the levels come in their order with their distances.
        Assert.True(after.Next(Guide)!.At > At(downUntil));
        var (_, rest) = Run(Guide, after, At(10_000));
        Assert.Equal([1, 2, 3], rest.Select(next => next.Level));
        Assert.Equal([90, 120], rest.Zip(rest.Skip(1), (one, next) => (next.At - one.At).TotalMinutes));
        Assert.Equal(downUntil < 30 ? At(30) : At(downUntil + 30), rest[0].At);
    }

    [Fact]
    public void Stopped_NothingComesAndNothingBringsItBack()
    {
        var over = EscalationState.Begin(Start).Stop(At(1));
        Assert.Null(over.Next(Guide));
        Assert.Null(over.Acknowledge(At(2), At(3)).Next(Guide));
        Assert.Null(over.Reopen(At(2), true).Next(Guide));
        Assert.Null(over.PassOn(Guide, At(2)));
    }

    /// <summary>Ten thousand histories of acknowledgements, withdrawals, forgotten ones, hand-overs, restarts and ends, against what must never happen.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public void RandomHistories_NeverPageAfterAnAnswerNorTwice(int seed)
    {
        var random = new Random(seed);
        for (var history = 0; history < 1000; history++)
            RandomHistory.Check(random, $"seed {seed}, history {history}");
    }
}
