using OpsDashboard.Access;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks;

public enum StepState
{
    Pending,
    Running,
    Waiting,
    Done,
    Failed,
    Skipped,

    /// <summary>It began, and nobody saw how it ended.</summary>
    Unknown,
}

/// <summary>One step of a run. Immutable.</summary>
public sealed record StepRun
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public StepState State { get; init; }

    /// <summary>1 for the first; no number comes twice. Whoever answers it names the one that was seen.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that do not count for its retries: those before a person let it go on, and those that were lost.</summary>
    public int Forgiven { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed, was left out, or stands.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What was seen at its end.</summary>
    public string? Observation { get; init; }
    public IReadOnlyDictionary<string, string> Outputs { get; init; } = StepOutcome.NoOutputs;

    /// <summary>Whether it changed something, where that is known.</summary>
    public StepEffect? Effect { get; init; }
    public WaitKind? WaitsFor { get; init; }
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What may be answered while it goes on; empty where it asks nobody.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>By what the command or job that it began can be found again.</summary>
    public string? Handle { get; init; }

    /// <summary>What a person said.</summary>
    public StepAnswer? Answer { get; init; }

    /// <summary>How its undoing went; null: it was not undone.</summary>
    public StepRun? Undo { get; init; }

    /// <summary>Steps that run side by side within it, as far as they began.</summary>
    public IReadOnlyList<StepRun> Inner { get; init; } = [];

    /// <summary>It holds something open until somebody answers, or the deadline.</summary>
    public bool IsAsking => State == StepState.Running && Choices.Count > 0 && Answer is null;

    /// <exception cref="RunStateException">It was begun anew since it was seen.</exception>
    internal StepRun As(StepSeen seen) => Attempt == seen.Attempt ? this : throw new RunStateException($"{Title} was begun anew: it is at attempt {Attempt} now, and not at {seen.Attempt}. Look at what it asks, then answer that.");

    public TimeSpan? Took => EndedAt - StartedAt;
}

/// <summary>The step that a press is about, as whoever pressed saw it: what was asked anew since is another question.</summary>
public sealed record StepSeen(string Name, int Attempt)
{
    /// <returns>Null: no step is named.</returns>
    /// <exception cref="InvalidInputException">A step is named without its attempt.</exception>
    public static StepSeen? Of(string? name, int? attempt) => name is not { Length: > 0 } ? null
        : new(name, attempt ?? throw new InvalidInputException("attempt", "is missing: name which attempt of the step you saw."));
}
