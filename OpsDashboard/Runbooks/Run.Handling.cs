using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks;

/// <summary>What people say to a run.</summary>
public sealed partial record Run
{
    /// <exception cref="RunStateException">The step waits for nobody, or was begun anew since it was seen.</exception>
    public Run Answered(StepSeen seen, StepAnswer answer)
    {
        var index = IndexOf(seen.Name);
        _ = Steps[index].As(seen);
        if (Steps[index] is { State: StepState.Waiting or StepState.Running, Answer: { } before } && !IsOver)
            throw new RunStateException($"{before.ByName} has answered already.");
        if (Steps[index] is { IsAsking: true, Deadline: { } until } && Abort is null)
            return answer.At < until ? With(index, Steps[index] with { Answer = answer }) : throw new RunStateException($"{Steps[index].Title} waits for no answer any more: its time is over.");
        if (Status != RunStatus.Waiting || Steps[index] is not { State: StepState.Waiting, WaitsFor: WaitKind.Input })
            throw new RunStateException($"{Steps[index].Title} waits for no answer.");
        return With(index, Steps[index] with { Answer = answer }) with { DueAt = answer.At };
    }

    /// <summary>What the check of a step with unknown outcome found.</summary>
    public Run Checked(string step, StepEffect effect)
    {
        var index = IndexOf(step);
        if (Steps[index].State != StepState.Unknown)
            return this;
        return With(index, Steps[index] with
        {
            Effect = effect,
            Reason = effect switch
            {
                StepEffect.Applied => "Its check says that it happened. Resuming goes on behind it.",
                StepEffect.None => "Its check says that it did not happen. Resuming runs it again.",
                _ => "Whether it happened cannot be found out here. Look yourself, then run it again or skip it.",
            },
        });
    }

    /// <summary>Goes on: behind a step that its check found done, else with the step that failed or whose outcome is unknown.</summary>
    /// <exception cref="RunStateException">It neither failed nor was interrupted.</exception>
    public Run Resumed(DateTimeOffset at)
    {
        var index = Stopped("resumed");
        var step = Steps[index] with { Reason = "", WaitsFor = null, Answer = null };
        step = step is { State: StepState.Unknown, Effect: StepEffect.Applied }
            ? step with { State = StepState.Done, EndedAt = at, Observation = "Its check found it done.", Inner = [.. step.Inner.Select(inner => inner.State == StepState.Unknown ? inner with { State = StepState.Done } : inner)] }
            : step with { State = StepState.Pending, Forgiven = step.Attempt };
        return With(index, step) with { Status = RunStatus.Running, EndedAt = null, DueAt = null, Reason = "" };
    }

    /// <summary>The step that is left out where somebody skips; null: none can be.</summary>
    public StepRun? Skippable => Status == RunStatus.Waiting ? Current : StoppedAt is >= 0 and var index ? Steps[index] : null;

    /// <exception cref="RunStateException">It neither failed, nor was interrupted, nor waits for somebody, or stands at another step.</exception>
    public Run SkippedBy(StepSeen seen, string name, string reason, DateTimeOffset at)
    {
        var index = Skippable is { } stands ? IndexOf(stands.Name) : Stopped("gone on with");
        if (Steps[index].Name != seen.Name)
            throw new RunStateException($"{Name} stands at “{Steps[index].Title}” now, and not at the step {seen.Name}.");
        return With(index, Steps[index].As(seen) with { State = StepState.Skipped, EndedAt = at, Reason = $"Skipped by {name}: {reason}", WaitsFor = null }) with
        {
            Status = RunStatus.Running,
            EndedAt = null,
            DueAt = null,
            Reason = "",
        };
    }

    /// <summary>Undoes what was done, the latest first.</summary>
    /// <exception cref="RunStateException">It neither failed nor was interrupted.</exception>
    public Run Compensated(IReadOnlyList<StepSpec> specs)
    {
        Stopped("undone");
        if (LastToUndo(specs) is null)
            throw new RunStateException($"{Name} did nothing that has an undo.");
        return this with { Status = RunStatus.Running, IsCompensating = true, EndedAt = null, DueAt = null, Reason = Reason.Length > 0 ? Reason : "Undone on demand." };
    }

    /// <exception cref="RunStateException">It is over, or its end was asked for already.</exception>
    public Run AbortAsked(AbortRequest request)
    {
        if (Status is RunStatus.Succeeded or RunStatus.Aborted || (Status == RunStatus.Failed && EndedAt is not null))
            throw new RunStateException($"{Name} is over: {Reason}");
        if (Abort is { } before)
            throw new RunStateException($"{before.ByName} asked for its end already.");
        return this with { Abort = request, DueAt = null };
    }

    // After a compensation there is nothing left to go on with. -1: it did not stop at a step.
    int StoppedAt => (IsCompensating, Status) switch
    {
        (false, RunStatus.Failed) => Steps.ToList().FindLastIndex(step => step.State == StepState.Failed),
        (false, RunStatus.Interrupted) => Steps.ToList().FindLastIndex(step => step.State == StepState.Unknown) is >= 0 and var unseen ? unseen
            : Steps.ToList().FindIndex(step => step.State is StepState.Pending or StepState.Waiting),
        _ => -1,
    };

    int Stopped(string what)
    {
        if (StoppedAt is >= 0 and var index)
            return index;
        throw new RunStateException(Status == RunStatus.Interrupted && !IsCompensating ? $"{Name} has no step left." : $"{Name} cannot be {what}: it neither failed nor was interrupted at a step.");
    }
}
