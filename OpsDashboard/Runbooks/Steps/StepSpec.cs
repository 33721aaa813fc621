using OpsDashboard.Runbooks.Expressions;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>What a failed step means for the run.</summary>
public enum OnFailure
{
    /// <summary>The run fails; a person mends and resumes.</summary>
    Stop,

    /// <summary>It goes on as if it were done.</summary>
    Continue,

    /// <summary>What was done is undone, the latest first, and the run fails.</summary>
    Compensate,
}

/// <param name="Attempts">All of them, the first among them.</param>
/// <param name="Pause">Before the second; doubled before each further one.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan Pause)
{
    public static readonly RetryPolicy Once = new(1, TimeSpan.Zero);

    public TimeSpan PauseAfter(int attempt) => Pause * Math.Pow(2, Math.Min(attempt - 1, 10));
}

/// <summary>One step as the file says it. Immutable.</summary>
public sealed record StepSpec
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Unique in its runbook; outputs are named by it.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>Of the runbook.</summary>
    public string SystemId { get; init; } = "";

    /// <summary>Name of the <see cref="IStepExecutor"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What the kind read from the step's own keys.</summary>
    public required object Options { get; init; }
    public TimeSpan Timeout { get; init; } = DefaultTimeout;
    public RetryPolicy Retry { get; init; } = RetryPolicy.Once;

    /// <summary>Where it does not hold, the step is left out; null: always runs.</summary>
    public Condition? When { get; init; }
    public OnFailure OnFailure { get; init; }

    /// <summary>May run again where its outcome is unknown.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>What can go wrong by it; the kind may know it to be less.</summary>
    public required RiskClass Risk { get; init; }

    /// <summary>A step that changes nothing and is done if this one happened.</summary>
    public StepSpec? Check { get; init; }

    /// <summary>Takes back what this one did, when the run is compensated.</summary>
    public StepSpec? Undo { get; init; }
    public required int Line { get; init; }
}
