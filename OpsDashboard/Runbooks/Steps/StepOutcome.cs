namespace OpsDashboard.Runbooks.Steps;

/// <summary>Whether something was changed.</summary>
public enum StepEffect { None, Applied, Unknown }

/// <summary>What a step waits for.</summary>
public enum WaitKind { Input, Time, Approval }

/// <summary>How an execution ended.</summary>
public abstract record StepOutcome
{
    /// <param name="Outputs">Named values for later steps; no secrets.</param>
    /// <param name="Observation">What was seen, in a sentence.</param>
    public sealed record Done(IReadOnlyDictionary<string, string> Outputs, string? Observation = null) : StepOutcome
    {
        /// <summary>The step with which the run goes on; those between are left out. Null: the next. Empty: none, all that is left is left out.</summary>
        public string? GoTo { get; init; }
    }

    /// <param name="Reason">A sentence, fit for a person.</param>
    public sealed record Failed(string Reason, bool CanRetry, StepEffect Effect) : StepOutcome;

    /// <summary>Stored; holds no thread. The step is executed again with the answer, or at the deadline.</summary>
    /// <param name="What">What is waited for, in a sentence.</param>
    public sealed record Waiting(WaitKind For, string What, DateTimeOffset? Deadline = null) : StepOutcome;

    public static readonly IReadOnlyDictionary<string, string> NoOutputs = new Dictionary<string, string>();
}
