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

    /// <summary>1 for the first.</summary>
    public int Attempt { get; init; }
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

    public TimeSpan? Took => EndedAt - StartedAt;
}
