using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks;

/// <summary>How a run goes on by itself.</summary>
public sealed partial record Run
{
    /// <param name="specs">The runbook's steps, in the version that the run follows.</param>
    public RunWork Next(IReadOnlyList<StepSpec> specs, DateTimeOffset at)
    {
        if (IsOver || Status == RunStatus.Interrupted)
            return new RunWork.Rest(null);
        if (Abort is not null)
            return new RunWork.Stop();
        if (IsInLine)
            return new RunWork.Rest(null);
        if (IsAtTurn)
            return at >= Line!.Deadline ? new RunWork.Expire() : new RunWork.Rest(Line.Deadline);
        if (Approval is { IsGranted: false } asked)
            return at >= asked.Deadline ? new RunWork.Expire() : asked.ToldAt is null ? new RunWork.Ask() : new RunWork.Rest(asked.Deadline);
        if (IsCompensating)
            return LastToUndo(specs) is { } undone ? new RunWork.Undo(undone) : new RunWork.Conclude();
        for (var i = 0; i < Steps.Count; i++)
        {
            if (Steps[i].State == StepState.Waiting)
                return Steps[i].Answer is not null || DueAt <= at ? new RunWork.Execute(i) : new RunWork.Rest(DueAt);
            if (Steps[i].State == StepState.Pending)
                return DueAt > at ? new RunWork.Rest(DueAt) : Begin(specs[i], i);
        }
        return Goal is null ? new RunWork.Conclude() : new RunWork.Prove();
    }

    RunWork Begin(StepSpec spec, int index)
    {
        try
        {
            return spec.When is { } when && !when.Holds(Inputs) ? new RunWork.Leave(index, $"{when.Source} does not hold.") : new RunWork.Execute(index);
        }
        catch (MissingInputException missing)
        {
            return new RunWork.Leave(index, $"Its condition could not be judged: {missing.Message}");
        }
    }

    int? LastToUndo(IReadOnlyList<StepSpec> specs)
    {
        for (var i = Steps.Count - 1; i >= 0; i--)
        {
            if (specs[i].Undo is not null && Steps[i].Undo is null && (Steps[i].State == StepState.Done || Steps[i].Effect is StepEffect.Applied or StepEffect.Unknown))
                return i;
        }
        return null;
    }

    /// <summary>Stored before the step is executed.</summary>
    public Run Began(int index, DateTimeOffset at)
    {
        if (Approval is { IsGranted: false })
            throw new RunStateException($"{Name} is not approved.");
        if (IsInLine || IsAtTurn)
            throw new RunStateException($"{Name} has not had its turn.");
        var step = Steps[index];
        var begun = step.State == StepState.Waiting
            ? step with { State = StepState.Running, WaitsFor = null, Deadline = null }
            : step with { State = StepState.Running, Attempt = step.Attempt + 1, StartedAt = at, EndedAt = null, Reason = "", Effect = null, Answer = null };
        return With(index, begun) with { Status = RunStatus.Running, DueAt = null, Reason = "", EndedAt = null };
    }

    /// <summary>The step's command is about to begin.</summary>
    public Run Kept(int index, string handle) => Steps[index] switch
    {
        { Undo: { State: StepState.Running } undo } step => With(index, step with { Undo = undo with { Handle = handle } }),
        { State: StepState.Running } step => With(index, step with { Handle = handle }),
        var step => throw new RunStateException($"{step.Title} is not running."),
    };

    /// <summary>The step asks somebody while it goes on.</summary>
    public Run Asked(int index, StepQuestion question, DateTimeOffset at)
    {
        if (Steps[index].State != StepState.Running)
            throw new RunStateException($"{Steps[index].Title} is not running.");
        return With(index, Steps[index] with { Choices = question.Choices, Deadline = at + question.Within, Reason = question.What, Answer = null }) with { Reason = question.What };
    }

    /// <summary>From now on nobody can answer; who did, did.</summary>
    public Run AskedNoMore(int index) => Steps[index].State == StepState.Running ? With(index, Silent(Steps[index])) with { Reason = "" } : this;

    static StepRun Unseen(StepRun step, DateTimeOffset at) => Silent(step) with { State = StepState.Unknown, EndedAt = at, Effect = StepEffect.Unknown, Reason = "Its outcome is unknown." };

    static StepRun Silent(StepRun step) => step.Choices.Count == 0 ? step : step with { Choices = [], Deadline = null, Reason = "" };

    /// <summary>How a step stands that runs beside others within the step.</summary>
    public Run InnerKept(int index, StepRun inner)
    {
        var known = Steps[index].Inner;
        return With(index, Steps[index] with { Inner = known.Any(step => step.Name == inner.Name) ? [.. known.Select(step => step.Name == inner.Name ? inner : step)] : [.. known, inner] });
    }

    /// <summary>Begins anew what changes nothing or may be done twice.</summary>
    public Run Repeated(int index) => With(index, Steps[index] with { State = StepState.Pending, Forgiven = Steps[index].Forgiven + 1 }) with { Status = RunStatus.Running };

    public Run Left(int index, string reason, DateTimeOffset at) => With(index, Steps[index] with { State = StepState.Skipped, Reason = reason, EndedAt = at }) with { Status = RunStatus.Running };

    /// <summary>The step's execution ended. Where it is not running any more, nothing changes.</summary>
    public Run Ended(int index, StepSpec spec, StepOutcome outcome, DateTimeOffset at)
    {
        var step = Steps[index];
        if (step.State != StepState.Running)
            return this;
        return outcome switch
        {
            StepOutcome.Done done => LeaveOut(index, done.GoTo, at) with { Status = RunStatus.Running },
            StepOutcome.Waiting waiting => With(index, step with { State = StepState.Waiting, WaitsFor = waiting.For, Deadline = waiting.Deadline, Reason = waiting.What, Answer = null }) with
            {
                Status = RunStatus.Waiting,
                DueAt = waiting.Deadline,
                Reason = waiting.What,
            },
            StepOutcome.Failed failed => Fail(index, spec, failed, at),
            _ => this,
        };

        Run LeaveOut(int at, string? goTo, DateTimeOffset now)
        {
            var done = (StepOutcome.Done)outcome;
            var run = With(at, step with { State = StepState.Done, EndedAt = now, Outputs = done.Outputs, Observation = done.Observation, Reason = "", Effect = null });
            if (goTo is null)
                return run;
            var target = goTo.Length == 0 ? Steps.Count : IndexOf(goTo);
            for (var i = at + 1; i < target; i++)
                run = run.Left(i, $"Left out by the answer to “{step.Title}”.", now);
            return run;
        }
    }

    Run Fail(int index, StepSpec spec, StepOutcome.Failed failed, DateTimeOffset at)
    {
        var step = Steps[index] with { EndedAt = at, Reason = failed.Reason, Effect = failed.Effect, Inner = [.. Steps[index].Inner.Select(inner => inner.State == StepState.Running ? Unseen(inner, at) : inner)] };
        var tried = step.Attempt - step.Forgiven;
        // A second attempt at something that may have happened would do it twice.
        if (failed.CanRetry && tried < spec.Retry.Attempts && (failed.Effect == StepEffect.None || spec.IsIdempotent))
            return With(index, step with { State = StepState.Pending }) with { Status = RunStatus.Running, DueAt = at + spec.Retry.PauseAfter(tried) };
        var run = With(index, step with { State = StepState.Failed });
        return spec.OnFailure switch
        {
            OnFailure.Continue => run with { Status = RunStatus.Running },
            OnFailure.Compensate => run with { Status = RunStatus.Running, IsCompensating = true, Reason = $"{step.Title} failed: {failed.Reason}" },
            _ => run with { Status = RunStatus.Failed, EndedAt = at, Reason = $"{step.Title} failed: {failed.Reason}" },
        };
    }

    public Run UndoBegan(int index, DateTimeOffset at) =>
        With(index, Steps[index] with { Undo = new() { Name = Steps[index].Name, Title = $"Undo: {Steps[index].Title}", State = StepState.Running, Attempt = 1, StartedAt = at } });

    /// <summary>Undoing goes on with the next whatever became of this one.</summary>
    public Run UndoEnded(int index, StepOutcome outcome, DateTimeOffset at) => With(index, Steps[index] with
    {
        Undo = outcome switch
        {
            StepOutcome.Done done => Steps[index].Undo! with { State = StepState.Done, EndedAt = at, Observation = done.Observation },
            StepOutcome.Failed failed => Steps[index].Undo! with { State = StepState.Failed, EndedAt = at, Reason = failed.Reason, Effect = failed.Effect },
            _ => Steps[index].Undo! with { State = StepState.Failed, EndedAt = at, Reason = "An undoing cannot wait for somebody." },
        },
    });

    public Run Proving(DateTimeOffset at) => this with { Status = RunStatus.Running, GreenAt = null, ProvingSince = ProvingSince ?? at, Reason = $"Every step is done; watches whether “{Goal!.AlertName}” stays green." };

    /// <summary>It got through, or what was done is undone.</summary>
    /// <param name="greenAt">Since when the condition is false.</param>
    public Run Concluded(RunEffect effect, string reason, DateTimeOffset at, DateTimeOffset? greenAt = null)
    {
        if (IsOver)
            return this;
        var failedUndo = Steps.Where(step => step.Undo is { State: StepState.Failed }).Select(step => step.Title).ToArray();
        return IsCompensating
            ? this with { Status = RunStatus.Failed, EndedAt = at, DueAt = null, Reason = Reason + (failedUndo.Length == 0 ? " What was done was undone." : $" Undoing failed: {string.Join(", ", failedUndo)}.") }
            : this with { Status = RunStatus.Succeeded, Effect = effect, EndedAt = at, DueAt = null, Reason = reason, GreenAt = greenAt };
    }

    /// <param name="isKnown">Whatever ran is verifiably gone.</param>
    public Run Aborted(bool isKnown, DateTimeOffset at, string? left = null)
    {
        if (IsOver)
            return this;
        var reason = $"{Abort?.ByName ?? "Somebody"} aborted it{(Abort is { Reason.Length: > 0 } why ? $": {why.Reason}" : "")}.";
        return this with
        {
            Status = RunStatus.Aborted,
            EndedAt = at,
            DueAt = null,
            Reason = isKnown ? reason : $"{reason} {left ?? "What was running did not answer in time: its outcome is unknown."}",
            Steps = [.. Steps.Select(step => step.State switch
            {
                StepState.Running => Silent(step) with
                {
                    State = StepState.Failed,
                    EndedAt = at,
                    Reason = isKnown ? "Aborted." : "Aborted; its outcome is unknown.",
                    Effect = StepEffect.Unknown,
                    Inner = [.. step.Inner.Select(inner => inner.State == StepState.Running ? inner with { State = StepState.Failed, EndedAt = at, Reason = "Aborted." } : inner)],
                },
                StepState.Waiting or StepState.Unknown => step with { State = StepState.Failed, EndedAt = at, Reason = "Aborted.", WaitsFor = null },
                _ => step,
            })],
        };
    }

    /// <summary>Whoever ran it is gone in the middle of a step.</summary>
    public Run Interrupted(string why, DateTimeOffset at)
    {
        var place = Steps.ToList().FindIndex(step => step.State is StepState.Running);
        return this with
        {
            Status = RunStatus.Interrupted,
            DueAt = null,
            Reason = place < 0 ? why : $"Interrupted at step {place + 1} of {Steps.Count}, {Steps[place].Title}: {why}",
            Steps = [.. Steps.Select(step => step.State == StepState.Running ? Unseen(step, at) with { Inner = [.. step.Inner.Select(inner => inner.State == StepState.Running ? Unseen(inner, at) : inner)] } : step)],
        };
    }
}
