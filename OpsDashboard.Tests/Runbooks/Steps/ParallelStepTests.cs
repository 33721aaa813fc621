using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>Steps side by side.</summary>
public sealed class ParallelStepTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nsteps:\n";

    static string Group(string keys = "", string one = "", string two = "") => Head + $$"""
          - name: both
            kind: parallel
            {{keys}}
            steps:
              - { name: one, kind: scripted, text: one, timeout: 1h {{one}} }
              - { name: two, kind: scripted, text: two, timeout: 1h {{two}} }
            timeout: 2h
          - { name: after, kind: scripted, text: "${steps.one.said} and ${steps.two.said}, ${steps.both.done} done" }
        """;

    [Fact]
    public async Task Group_RunsItsStepsAtOnce_EachWithItsOwnOutputAndResult()
    {
        await using var room = await RunRoom.OpenAsync(Group());
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        // Each ends only when the other has begun.
        room.Kind.On("one", async (_, stop) => { first.SetResult(); await second.Task.WaitAsync(Patience.Limit, stop); return ScriptedKind.Done("one"); });
        room.Kind.On("two", async (_, stop) => { second.SetResult(); await first.Task.WaitAsync(Patience.Limit, stop); return ScriptedKind.Done("two"); });
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Succeeded, "2 of 2 steps are done."), (run.Status, run.Steps[0].Observation));
        Assert.Equal(["one", "two"], run.Steps[0].Inner.Select(inner => inner.Name).Order());
        Assert.All(run.Steps[0].Inner, inner => Assert.Equal((StepState.Done, "It is done."), (inner.State, inner.Observation)));
        Assert.Equal("one and two, 2 done", room.Kind.Executed[^1]);
        Assert.Equal(["one", "two"], (await room.Outputs.ReadAsync(run.Id, 1, 10, default)).Where(line => line.Step != "after").Select(line => line.Step).Order());
    }

    [Fact]
    public async Task Failure_LetsTheOthersEnd_AndResumingRunsOnlyWhatIsNotDone()
    {
        await using var room = await RunRoom.OpenAsync(Group());
        room.Kind.On("one", new StepOutcome.Failed("No.", false, StepEffect.None));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Failed, "both failed: 1 of 2 failed. one: No."), (run.Status, run.Reason));
        Assert.Equal(StepState.Done, run.Steps[0].Inner.Single(inner => inner.Name == "two").State);

        room.Kind.On("one", ScriptedKind.Done("one"));
        run = await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Single(room.Kind.Executed, "two");
        Assert.Equal(2, room.Kind.Executed.Count(text => text == "one"));
    }

    [Fact]
    public async Task FirstFailureStop_EndsTheOthers_WithTheirOutcomeUnknown()
    {
        await using var room = await RunRoom.OpenAsync(Group("firstFailure: stop"));
        var begun = new TaskCompletionSource();
        room.Kind.On("one", async (_, stop) => { await begun.Task.WaitAsync(Patience.Limit, stop); return new StepOutcome.Failed("No.", false, StepEffect.None); });
        room.Kind.On("two", async (_, stop) => { begun.SetResult(); await Task.Delay(Timeout.Infinite, stop); return ScriptedKind.Done("never"); });
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal(RunStatus.Failed, run.Status);
        var stopped = run.Steps[0].Inner.Single(inner => inner.Name == "two");
        Assert.Equal((StepState.Failed, "Stopped, because one failed.", StepEffect.Unknown), (stopped.State, stopped.Reason, stopped.Effect));
    }

    [Fact]
    public async Task OnFailureContinue_OfOne_DoesNotFailTheGroup()
    {
        await using var room = await RunRoom.OpenAsync(Group(one: ", onFailure: continue").Replace("${steps.one.said} and ", ""));
        room.Kind.On("one", new StepOutcome.Failed("No.", false, StepEffect.None));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Succeeded, "1 of 2 steps are done.", "1"), (run.Status, run.Steps[0].Observation, run.Steps[0].Outputs["failed"]));
    }

    [Theory]
    [InlineData(StepEffect.Applied)]
    [InlineData(StepEffect.None)]
    public async Task Crash_LeavesWhatRanUnknown_AndTheCheckOfEachIsAsked(StepEffect effect)
    {
        await using var room = await RunRoom.OpenAsync(Group());
        using var crash = new CancellationTokenSource();
        room.Kind.On("two", async (_, stop) => { await Task.Delay(Timeout.Infinite, stop); return ScriptedKind.Done("never"); });
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[0].Inner is [_, _] inner && inner.Any(one => one.State == StepState.Done), crash.Token);
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving);

        await using var other = room.Neighbour(Group());
        other.Kind.Effect = effect;
        run = await other.DriveAsync(run);
        Assert.Equal((RunStatus.Interrupted, effect), (run.Status, run.Steps[0].Effect));
        Assert.Equal(StepState.Unknown, run.Steps[0].Inner.Single(inner => inner.Name == "two").State);
        Assert.Empty(other.Kind.Executed);
        run = await other.DriveAsync(await other.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        Assert.Equal(effect == StepEffect.None ? 1 : 0, other.Kind.Executed.Count(text => text == "two"));
        Assert.DoesNotContain("one", other.Kind.Executed);
    }

    [Theory]
    [InlineData("{ name: one, kind: manual, instruction: Look. }", "10: A step of kind `manual` waits, and cannot run beside others. Put it before or behind the group.")]
    [InlineData("{ name: one, kind: delay, for: 1s }", "10: A step of kind `delay` waits, and cannot run beside others. Put it before or behind the group.")]
    [InlineData("{ name: one, kind: approval, question: \"Really?\" }", "10: A step of kind `approval` waits, and cannot run beside others. Put it before or behind the group.")]
    [InlineData("{ name: one, kind: scripted, text: x, check: { kind: approval, question: \"Really?\" } }", "10: A check or an undo cannot wait for what somebody says. Use another kind of step.")]
    [InlineData("{ name: one, kind: scripted, text: x, undo: { kind: scripted, text: y } }", "10: A step of a group has no `undo` of its own. Give it to the group.")]
    [InlineData("{ name: one, kind: scripted, text: \"${steps.two.said}\" }", "10: The step `two` has not run yet here. Steps run from top to bottom; refer to one above.")]
    [InlineData("{ name: two, kind: scripted, text: x }", "10: The step `two` stands in this runbook twice. Give one of them another name.")]
    public void Wrong_IsSaidWithItsLine(string inner, string expected) => Assert.Contains(expected, RunbookText.Problems(Head + $$"""
          - name: both
            kind: parallel
            steps:
              - {{inner}}
              - { name: two, kind: scripted, text: two }
        """));

    [Fact]
    public async Task Plan_HoldsEachStep_AndAChangeInOneIsADifference()
    {
        await using var room = await RunRoom.OpenAsync(Group());
        var before = (await room.Previews.MakeAsync(RunRoom.Ada, "shop.restart", new Dictionary<string, string>(), null, default)).Plan;
        Assert.Equal(["one", "two"], before.Steps[0].Plan.Inner.Select(inner => Assert.Single(inner.Plan.Command)));
        var request = await room.ConfirmedAsync(RunRoom.Ada);
        room.Rewrite(Group().Replace("text: two", "text: three"));
        await Assert.ThrowsAsync<PlanChangedException>(() => room.Runs.StartAsync(RunRoom.Ada, "shop.restart", request, default));
    }
}
