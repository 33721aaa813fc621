using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks;

/// <summary>What another person says before the first step.</summary>
public sealed partial record Run
{
    /// <summary>Null: it starts without.</summary>
    public Approval? Approval { get; init; }

    /// <summary>It waits for another person's yes.</summary>
    public bool IsAsked => !IsOver && !IsInLine && Approval is { Answer: null };

    /// <summary>A step of it waits for another person's yes.</summary>
    public StepRun? AskedStep => Status == RunStatus.Waiting && Current is { WaitsFor: WaitKind.Approval, Answer: null } step ? step : null;

    /// <summary>Until when an approval is waited for; null: none is.</summary>
    public DateTimeOffset? AskedUntil => IsAsked ? Approval!.Deadline : AskedStep?.Deadline;

    /// <summary>Whether the actor started it, by hand or by a token of their own: who did never approves it.</summary>
    public bool IsOwn(string actorId) => actorId == StartedById || actorId == StartedForId;

    public Run Asked(Approval approval) => this with { Status = RunStatus.Waiting, Approval = approval, DueAt = approval.AskedAt, Reason = "Waits for another person's approval; no step has run." };

    /// <summary>Those who may approve were told.</summary>
    public Run Told(IReadOnlyList<string> receivers, DateTimeOffset at) =>
        IsAsked ? this with { Approval = Approval! with { ToldAt = at, Told = receivers }, DueAt = Approval.Deadline } : this;

    /// <param name="seen">The step whose question was seen; null: the request before the first step was.</param>
    /// <exception cref="RunStateException">It waits for no approval any more, something else is asked now, or whoever answers started it.</exception>
    public Run ApprovalAnswered(ApprovalAnswer answer, StepSeen? seen)
    {
        if (AskedStep is { } asked)
            return asked.Name == seen?.Name ? StepAnswered(asked.As(seen), answer) : throw new RunStateException($"What is asked now is “{asked.Title}”: look at it, then answer with the name of its step, {asked.Name}, and its attempt, {asked.Attempt}.");
        if (seen is not null)
            throw new RunStateException($"{Name} waits for no approval at its step {seen.Name}.");
        if (Approval?.Answer is { } before)
            throw new RunStateException($"{before.ByName} has {(before.IsYes ? "approved" : "refused")} it already.");
        if (!IsAsked || Abort is not null)
            throw new RunStateException(IsOver ? $"{Name} is over: {Reason}" : $"{Name} waits for no approval.");
        if (IsOwn(answer.ById))
            throw new RunStateException("Who started it does not approve it.");
        if (answer.At >= Approval!.Deadline)
            throw new RunStateException("It was to be approved by then: its time is over.");
        var said = this with { Approval = Approval with { Answer = answer } };
        return answer.IsYes
            ? said with { Status = RunStatus.Queued, DueAt = null, Reason = "" }
            : said.NotApproved($"{answer.ByName} refused it: {answer.Reason}. No step has run.", answer.At);
    }

    Run StepAnswered(StepRun step, ApprovalAnswer answer)
    {
        if (IsOwn(answer.ById))
            throw new RunStateException("Who started it does not approve it.");
        if (Abort is not null || answer.At >= step.Deadline)
            throw new RunStateException($"{step.Title} waits for no approval any more.");
        return With(IndexOf(step.Name), step with { Answer = new(answer.IsYes ? ApprovalStepExecutor.Yes : ApprovalStepExecutor.No, answer.Reason, answer.ById, answer.ByName, answer.At) }) with { DueAt = answer.At };
    }

    /// <summary>Nobody said anything in time, an approver or, at its turn, anybody.</summary>
    public Run Expired(DateTimeOffset at) => this switch
    {
        { IsAsked: true, Approval: { } asked } when at >= asked.Deadline => NotApproved($"Nobody approved it within {RunWords.Short(asked.Deadline - asked.AskedAt)}. No step has run.", at),
        { IsAtTurn: true, Line: { } line } when at >= line.Deadline => NotApproved($"Nobody started it within {RunWords.Short(Locks.InLine.TurnHolds)} of its turn. No step has run.", at),
        _ => this,
    };

    Run NotApproved(string reason, DateTimeOffset at) => this with { Status = RunStatus.Aborted, EndedAt = at, DueAt = null, Reason = reason };
}
