using OpsDashboard.Runbooks.Locks;

namespace OpsDashboard.Runbooks;

/// <summary>What a run does with what others work on.</summary>
public sealed partial record Run
{
    /// <summary>Null: nobody worked on the same when it was started.</summary>
    public InLine? Line { get; init; }

    /// <summary>Locks that were taken from it before its end.</summary>
    public IReadOnlyList<BrokenLock> BrokenLocks { get; init; } = [];

    /// <summary>Locks of the run within which it was started, its own since it goes on behind that one's end.</summary>
    public IReadOnlyList<string> OuterLocks { get; init; } = [];

    /// <summary>It waits until its locks are free.</summary>
    public bool IsInLine => !IsOver && Line is { TurnAt: null };

    /// <summary>Its locks are its own, and somebody has to say that it starts.</summary>
    public bool IsAtTurn => !IsOver && Approval is null && Line is { TurnAt: not null, Answer: null };

    /// <summary>What nobody else works on because of it.</summary>
    public IEnumerable<string> HeldLocks => IsOver || IsInLine ? [] : Plan.Locks.Union(OuterLocks).Where(name => BrokenLocks.All(broken => broken.Resource != name));

    public Run StandsInLine(DateTimeOffset at) => this with { Status = RunStatus.Queued, Line = new(at), DueAt = null, Reason = "Stands in line: another run works on the same." };

    /// <summary>Its locks are free and now its own: an approver is asked now, and without one whoever may run it.</summary>
    public Run TookTurn(DateTimeOffset at)
    {
        if (!IsInLine)
            return this;
        var run = this with { Line = Line! with { TurnAt = at } };
        return Approval is { } asked
            ? run.Asked(asked with { AskedAt = at, Deadline = at + (asked.Deadline - asked.AskedAt) })
            : run with { Status = RunStatus.Waiting, DueAt = run.Line.Deadline, Reason = "It is its turn. Another run worked on the same meanwhile: look whether it is still needed, then start it or leave." };
    }

    /// <exception cref="RunStateException">It is not its turn, or not any more.</exception>
    public Run TurnConfirmed(TurnAnswer answer)
    {
        if (Line?.Answer is { } before)
            throw new RunStateException($"{before.ByName} has started it already.");
        if (!IsAtTurn || Abort is not null)
            throw new RunStateException(IsOver ? $"{Name} is over: {Reason}" : $"It is not the turn of {Name}.");
        if (answer.At >= Line!.Deadline)
            throw new RunStateException("Its turn is over.");
        return this with { Line = Line with { Answer = answer }, Status = RunStatus.Queued, DueAt = null, Reason = "" };
    }

    /// <exception cref="RunStateException">It does not hold it.</exception>
    public Run LockBroken(BrokenLock broken) => HeldLocks.Contains(broken.Resource)
        ? this with { BrokenLocks = [.. BrokenLocks, broken] }
        : throw new RunStateException($"{Name} does not hold {broken.Resource}.");
}
