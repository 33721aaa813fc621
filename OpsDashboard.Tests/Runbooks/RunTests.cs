using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Steps;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class RunTests
{
    static readonly DateTimeOffset T0 = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    static readonly StepOutcome Unreachable = new StepOutcome.Failed("Nobody answers.", true, StepEffect.None);

    [Fact]
    public void Next_GoesFromStepToStep_ThenConcludes()
    {
        var specs = Specs(new Shape(), new Shape());
        var run = Of(specs);
        Assert.Equal(new RunWork.Execute(0), run.Next(specs, T0));
        run = run.Began(0, T0).Ended(0, specs[0], ScriptedKind.Done("a"), At(1));
        Assert.Equal(new RunWork.Execute(1), run.Next(specs, At(1)));
        run = run.Began(1, At(1)).Ended(1, specs[1], ScriptedKind.Done("b"), At(2));
        Assert.IsType<RunWork.Conclude>(run.Next(specs, At(2)));
        run = run.Concluded(RunEffect.None, "Every step is done.", At(2));
        Assert.Equal((RunStatus.Succeeded, At(2), 2), (run.Status, run.EndedAt, run.DoneSteps));
        Assert.Equal("a", run.Inputs.Of(new("s0", "said")));
    }

    [Fact]
    public void Ended_AFailure_IsTriedAgainWithGrowingPauses_ThenFails()
    {
        var specs = Specs(new Shape() { Retry = new(3, TimeSpan.FromSeconds(2)) });
        var run = Of(specs).Began(0, T0).Ended(0, specs[0], Unreachable, At(1));
        Assert.Equal(new RunWork.Rest(At(3)), run.Next(specs, At(2)));
        run = run.Began(0, At(3)).Ended(0, specs[0], Unreachable, At(4));
        Assert.Equal(At(8), run.DueAt);
        run = run.Began(0, At(8)).Ended(0, specs[0], Unreachable, At(9));
        Assert.Equal((RunStatus.Failed, 3, "s0 failed: Nobody answers."), (run.Status, run.Steps[0].Attempt, run.Reason));
    }

    [Theory]
    [InlineData(false, StepState.Failed)]
    [InlineData(true, StepState.Pending)]
    public void Ended_WhatMayHaveHappened_IsTriedAgainOnlyIfItIsIdempotent(bool isIdempotent, StepState expected)
    {
        var specs = Specs(new Shape() { Retry = new(3, TimeSpan.FromSeconds(1)), IsIdempotent = isIdempotent });
        var run = Of(specs).Began(0, T0).Ended(0, specs[0], new StepOutcome.Failed("It broke.", true, StepEffect.Unknown), At(1));
        Assert.Equal(expected, run.Steps[0].State);
    }

    [Fact]
    public void Ended_ContinueOnFailure_GoesOn()
    {
        var specs = Specs(new Shape() { OnFailure = OnFailure.Continue }, new Shape());
        var run = Of(specs).Began(0, T0).Ended(0, specs[0], Unreachable, At(1));
        Assert.Equal((RunStatus.Running, StepState.Failed), (run.Status, run.Steps[0].State));
        Assert.Equal(new RunWork.Execute(1), run.Next(specs, At(1)));
    }

    [Fact]
    public void Ended_Compensate_UndoesTheLatestFirst_ThenFails()
    {
        var specs = Specs(new Shape() { HasUndo = true }, new Shape(), new Shape() { HasUndo = true }, new Shape() { OnFailure = OnFailure.Compensate });
        var run = Of(specs);
        for (var i = 0; i < 3; i++)
            run = run.Began(i, T0).Ended(i, specs[i], ScriptedKind.Done("x"), T0);
        run = run.Began(3, T0).Ended(3, specs[3], Unreachable, T0);
        Assert.Equal(new RunWork.Undo(2), run.Next(specs, T0));
        run = run.UndoBegan(2, T0).UndoEnded(2, ScriptedKind.Done("x"), T0);
        Assert.Equal(new RunWork.Undo(0), run.Next(specs, T0));
        run = run.UndoBegan(0, T0).UndoEnded(0, Unreachable, T0);
        Assert.IsType<RunWork.Conclude>(run.Next(specs, T0));
        run = run.Concluded(RunEffect.None, "Every step is done.", At(5));
        Assert.Equal((RunStatus.Failed, RunEffect.None), (run.Status, run.Effect));
        Assert.Equal("s3 failed: Nobody answers. Undoing failed: s0.", run.Reason);
    }

    [Fact]
    public void Next_AConditionThatDoesNotHold_LeavesTheStepOut()
    {
        var specs = Specs(new Shape() { When = "${parameters.mode} == full" });
        var work = Assert.IsType<RunWork.Leave>(Of(specs).Next(specs, T0));
        Assert.Equal("${parameters.mode} == full does not hold.", work.Reason);
        Assert.Equal(StepState.Skipped, Of(specs).Left(0, work.Reason, T0).Steps[0].State);
    }

    [Fact]
    public void Waiting_ForAPerson_HoldsNothingUntilTheAnswer()
    {
        var specs = Specs(new Shape(), new Shape(), new Shape());
        var run = Of(specs).Began(0, T0).Ended(0, specs[0], new StepOutcome.Waiting(WaitKind.Input, "Look at it."), T0);
        Assert.True(run.NeedsAPerson);
        Assert.Equal(new RunWork.Rest(null), run.Next(specs, At(9999)));
        run = run.Answered(new("s0", 1), new("Skip ahead", null, "a", "Ada", At(10)));
        Assert.Equal(new RunWork.Execute(0), run.Next(specs, At(10)));
        Assert.Throws<RunStateException>(() => run.Answered(new("s0", 1), new("Other", null, "b", "Bob", At(11))));
        run = run.Began(0, At(10)).Ended(0, specs[0], new StepOutcome.Done(StepOutcome.NoOutputs) { GoTo = "s2" }, At(10));
        Assert.Equal((StepState.Done, StepState.Skipped, 1), (run.Steps[0].State, run.Steps[1].State, run.Steps[0].Attempt));
        Assert.Equal(new RunWork.Execute(2), run.Next(specs, At(10)));
    }

    [Fact]
    public void Interrupted_WaitsForAPerson_AndResumesWhereItsCheckSays()
    {
        var specs = Specs(new Shape(), new Shape());
        var run = Of(specs).Began(0, T0).Interrupted("the program that ran it ended.", At(5));
        Assert.Equal((RunStatus.Interrupted, StepState.Unknown, StepEffect.Unknown), (run.Status, run.Steps[0].State, run.Steps[0].Effect));
        Assert.Equal("Interrupted at step 1 of 2, s0: the program that ran it ended.", run.Reason);
        Assert.True(run.NeedsAPerson);
        Assert.Equal(new RunWork.Rest(null), run.Next(specs, At(5)));

        Assert.Equal(new RunWork.Execute(1), run.Checked("s0", StepEffect.Applied).Resumed(At(6)).Next(specs, At(6)));
        Assert.Equal(new RunWork.Execute(0), run.Checked("s0", StepEffect.None).Resumed(At(6)).Next(specs, At(6)));
        var skipped = run.SkippedBy(new("s0", 1), "Ada", "I did it by hand", At(6));
        Assert.Throws<RunStateException>(() => run.SkippedBy(new("s1", 1), "Ada", "I did it by hand", At(6)));
        Assert.Equal(("Skipped by Ada: I did it by hand", new RunWork.Execute(1)), (skipped.Steps[0].Reason, skipped.Next(specs, At(6))));
    }

    [Fact]
    public void Resumed_AfterAFailure_RunsTheStepAgain()
    {
        var specs = Specs(new Shape(), new Shape());
        var run = Of(specs).Began(0, T0).Ended(0, specs[0], Unreachable, At(1));
        run = run.Resumed(At(2));
        Assert.Equal((RunStatus.Running, null, StepState.Pending), (run.Status, run.EndedAt, run.Steps[0].State));
        Assert.Throws<RunStateException>(() => run.Resumed(At(3)));
    }

    [Fact]
    public void Abort_EndsWhatRuns_AndSaysWhatIsNotKnown()
    {
        var specs = Specs(new Shape());
        var run = Of(specs).Began(0, T0).AbortAsked(new("a", "Ada", At(1), "wrong host"));
        Assert.IsType<RunWork.Stop>(run.Next(specs, At(1)));
        Assert.Throws<RunStateException>(() => run.AbortAsked(new("b", "Bob", At(2), "")));
        Assert.Equal("Ada aborted it: wrong host.", run.Aborted(true, At(2)).Reason);
        var unknown = run.Aborted(false, At(2));
        Assert.Equal("Ada aborted it: wrong host. What was running did not answer in time: its outcome is unknown.", unknown.Reason);
        Assert.Equal((RunStatus.Aborted, StepEffect.Unknown), (unknown.Status, unknown.Steps[0].Effect));
        Assert.Equal(unknown, unknown.Ended(0, specs[0], ScriptedKind.Done("late"), At(3)));
        Assert.Throws<RunStateException>(() => unknown.AbortAsked(new("b", "Bob", At(4), "")));
    }

    static DateTimeOffset At(int seconds) => T0.AddSeconds(seconds);

    sealed record Shape
    {
        public RetryPolicy Retry { get; init; } = RetryPolicy.Once;
        public OnFailure OnFailure { get; init; }
        public bool IsIdempotent { get; init; }
        public bool HasUndo { get; init; }
        public string? When { get; init; }
    }

    static StepSpec[] Specs(params Shape[] shapes) => [.. shapes.Select((shape, i) => new StepSpec
    {
        Name = $"s{i}", Title = $"s{i}", Kind = "scripted", Options = Template.Parse("x"), Risk = RiskClass.Reversible, Line = i,
        Retry = shape.Retry, OnFailure = shape.OnFailure, IsIdempotent = shape.IsIdempotent, When = shape.When is null ? null : Condition.Parse(shape.When),
        Undo = shape.HasUndo ? new() { Name = "undo", Title = "undo", Kind = "scripted", Options = Template.Parse("back"), Risk = RiskClass.Reversible, Line = i } : null,
    })];

    static Run Of(StepSpec[] specs) => new()
    {
        Id = Guid.NewGuid(),
        Number = 7,
        RunbookId = "shop.restart",
        Title = "Restart",
        SystemId = "shop",
        StartedById = "a",
        StartedByName = "Ada",
        StartedAt = T0,
        Plan = new Plan { RunbookId = "shop.restart", RunbookVersion = "v1", Environment = "test", Parameters = new Dictionary<string, string> { ["mode"] = "quick" }, Steps = [], Locks = [] }.Sealed(),
        Steps = [.. specs.Select(spec => new StepRun { Name = spec.Name, Title = spec.Title })],
    };
}
