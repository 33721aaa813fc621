using OpsDashboard.Runbooks;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>How a shipped runbook is tried out.</summary>
/// <param name="Id">system.runbook</param>
sealed record Procedure(string Id)
{
    public string SystemId => Id.Split('.')[0];

    public string Runbook => Id.Split('.')[1];

    public FaultKind? Fault { get; init; }
    public double Value { get; init; }

    /// <summary>Passes by itself after so many seconds; the runbook only looks.</summary>
    public int FaultSeconds { get; init; } = FaultCatalogue.MostSeconds;

    /// <summary>The rule that fires, as rules.yml names it; null: nothing fires, and the runbook's own last step has to prove it.</summary>
    public string? Alert { get; init; }

    /// <summary>What a person answers, by step; what is only ticked is ticked.</summary>
    public Dictionary<string, string> Answers { get; init; } = [];
    public Dictionary<string, string> Parameters { get; init; } = [];

    /// <summary>Steps that fail because of the fault, and after which the run goes on.</summary>
    public string[] Failing { get; init; } = [];

    /// <summary>The fault is none that the runbook could end.</summary>
    public bool FaultStays { get; init; }

    public RunEffect Ending => Alert is null ? RunEffect.None : RunEffect.Effective;
}
