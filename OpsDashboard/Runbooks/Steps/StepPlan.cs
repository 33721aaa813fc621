namespace OpsDashboard.Runbooks.Steps;

/// <summary>What a step is going to do, exactly. Immutable; part of what a person confirms.</summary>
/// <param name="Command">The argument list, the request or the statement, each part by itself.</param>
/// <param name="Target">Where: a node, an address, a database; empty where it touches nothing.</param>
/// <param name="Risk">Read: it changes nothing and may be repeated.</param>
public sealed record StepPlan(IReadOnlyList<string> Command, string Target, RiskClass Risk)
{
    /// <summary>What no other run may work on meanwhile, besides the runbook's own.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];

    /// <summary>Steps that it carries out itself, each with a plan of its own.</summary>
    public IReadOnlyList<Planning.PlannedStep> Inner { get; init; } = [];

    /// <summary>Why it cannot run here, in a sentence; null: it can.</summary>
    public string? Problem { get; init; }
}
