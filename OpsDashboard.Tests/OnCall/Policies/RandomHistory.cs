using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Roster;
using Xunit;

namespace OpsDashboard.Tests.OnCall.Policies;

/// <summary>One random history of one matter: a pager that looks each second unless it is down, and people who answer at any moment. What must hold is reckoned here anew, without asking the state.</summary>
static class RandomHistory
{
    static readonly DateTimeOffset Start = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    public static void Check(Random random, string name)
    {
        var policy = PolicyOf(random);
        var state = EscalationState.Begin(Start);
        var seen = new HashSet<(int, int, int)>();
        var (now, isHeld, isOver, level, wasDown) = (Start, false, false, 0, false);
        var (legAt, legLevel, isExact, sinceBegin) = (Start, 0, true, -1);
        for (var step = 0; step < 40 && !isOver; step++)
        {
            var next = now + TimeSpan.FromSeconds(random.Next(1, 4000));
            // The pager's own time until then: it looks at each moment at which something is due, or only at the end where it was down.
            wasDown = random.Next(6) == 0;
            while (state.Next(policy) is { } slot && slot.At <= next)
            {
                var at = wasDown ? next : slot.At;
                Assert.False(isHeld, $"{name}: paged while somebody has it");
                Assert.False(isOver, $"{name}: paged what is over");
                Assert.True(seen.Add((slot.Leg, slot.Level, slot.Repeat)), $"{name}: twice the same page");
                Assert.True(slot.Level >= level && slot.Level <= level + 1, $"{name}: from level {level} to {slot.Level}");
                isExact &= !wasDown;
                if (isExact && slot.Repeat == 0 && slot.Level > legLevel)
                    Assert.Equal(legAt + (policy.Levels[slot.Level].After!.Value - (policy.Levels[legLevel].After ?? TimeSpan.Zero)), slot.At);
                if (sinceBegin < 0)
                    Assert.Equal((legLevel, 0, legAt), (slot.Level, slot.Repeat, slot.At));
                (level, sinceBegin) = (slot.Level, slot.Level);
                state = state.Sent(policy, slot, at);
                // Whatever was missed: one page now, the next one later.
                if (wasDown)
                    Assert.True(state.Next(policy) is not { } more || more.At > at, $"{name}: a burst after the program was down");
            }
            now = next;
            if (isHeld && state.ForgottenAt <= now)
                Begin(state.Reopen(now, isVoid: true), level);
            switch (random.Next(6))
            {
                case 0 when !isHeld:
                    (state, isHeld) = (state.Acknowledge(now, now + policy.ForgottenAfter), true);
                    break;
                case 1 when isHeld:
                    Begin(state.Reopen(now, isVoid: false), level);
                    break;
                case 2 when state.PassOn(policy, now) is { } passed:
                    Begin(passed, level = Math.Min(level + 1, policy.Levels.Count - 1));
                    break;
                case 3 when random.Next(4) == 0:
                    (state, isOver) = (state.Stop(now), true);
                    break;
            }
        }
        Assert.True(!isOver || state.Next(policy) is null, $"{name}: something comes after the end");

        void Begin(EscalationState begun, int from) => (state, isHeld, legAt, legLevel, isExact, sinceBegin) = (begun, false, now, from, true, -1);
    }

    static EscalationPolicy PolicyOf(Random random)
    {
        var (levels, after) = (new List<EscalationLevel>(), 0);
        var timed = random.Next(1, 6);
        for (var index = 0; index < timed; index++)
        {
            levels.Add(new(TimeSpan.FromSeconds(after), [new(TargetKind.Person, "a")], random.Next(4), TimeSpan.FromSeconds(random.Next(10, 900)), 1));
            after += random.Next(1, 7200);
        }
        for (var index = random.Next(3); index > 0; index--)
            levels.Add(new(null, [new(TargetKind.Person, "a")], random.Next(3), TimeSpan.FromSeconds(300), 1));
        return new("p", "P", levels, TimeSpan.FromSeconds(random.Next(60, 3600)), [], 1);
    }
}
