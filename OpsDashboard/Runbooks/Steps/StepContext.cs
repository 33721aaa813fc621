using OpsDashboard.Runbooks.Expressions;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>What a person said to a step that waited.</summary>
/// <param name="Choice">The answer of a decision; null for a step that is ticked.</param>
/// <param name="Evidence">What was seen, in the person's words.</param>
public sealed record StepAnswer(string? Choice, string? Evidence, string ById, string ByName, DateTimeOffset At);

/// <summary>What a step asks while it holds something open.</summary>
/// <param name="What">A sentence.</param>
/// <param name="Within">After that nobody can answer any more.</param>
public sealed record StepQuestion(string What, IReadOnlyList<string> Choices, TimeSpan Within);

/// <summary>Takes what a step prints, line by line. Thread-safe; masks, strips and caps by itself, never blocks for long.</summary>
public interface IStepOutput
{
    /// <param name="isError">From the error stream.</param>
    void Write(string line, bool isError = false);
}

/// <summary>One execution of one step.</summary>
public sealed record StepContext
{
    public required Guid RunId { get; init; }

    /// <summary>As people see it: RUN-1042.</summary>
    public required string RunName { get; init; }
    public required string RunbookTitle { get; init; }
    public required string SystemId { get; init; }
    public required StepSpec Step { get; init; }
    public required StepInputs Inputs { get; init; }
    public required IStepOutput Output { get; init; }

    /// <summary>Of this attempt; where the step waited, of its beginning.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    public int Attempt { get; init; } = 1;

    /// <summary>What <see cref="KeepAsync"/> kept of this step, also by a process that is gone; null: nothing.</summary>
    public string? Handle { get; init; }

    /// <summary>Stores by what a command or job of this step can be found again; called before it begins. No secrets.</summary>
    public Func<string, CancellationToken, Task> KeepAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Asks a person while the step goes on, for what cannot be put down meanwhile: an open transaction. The step's time-out stands still.</summary>
    /// <returns>Null: nobody answered in time.</returns>
    public Func<StepQuestion, CancellationToken, Task<StepAnswer?>> AskAsync { get; init; } = (_, _) => Task.FromResult<StepAnswer?>(null);

    /// <summary>Takes the lines of an inner step.</summary>
    public Func<string, IStepOutput>? OutputOf { get; init; }

    /// <summary>How the inner steps stand, also after another process began them; empty before the first began.</summary>
    public IReadOnlyList<StepRun> Inner { get; init; } = [];

    /// <summary>Stores how an inner step stands, by its name.</summary>
    public Func<StepRun, CancellationToken, Task> KeepInnerAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>What a person said, where the step waited for somebody.</summary>
    public StepAnswer? Answer { get; init; }

    public T Options<T>() => (T)Step.Options;
}
