using System.Security.Cryptography;
using System.Text.Json;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Planning;

/// <summary>One step of a plan.</summary>
/// <param name="When">The condition as it stands in the file, or null.</param>
/// <param name="Undo">What takes it back when the run is compensated, or null.</param>
public sealed record PlannedStep(string Name, string Title, string Kind, StepPlan Plan, string? When, StepPlan? Undo)
{
    /// <summary>Whether it, or a step within it, waits for another person's yes.</summary>
    public bool AsksForApproval() => Kind == ApprovalStepExecutor.Name || Plan.Inner.Any(step => step.AsksForApproval());
}

/// <summary>
/// What a run is going to do, exactly: which version of which runbook, with which values, on which targets. Immutable. Who confirms confirms its
/// <see cref="Hash"/>: any difference at the start makes another one.
/// </summary>
public sealed record Plan
{
    public required string RunbookId { get; init; }
    public required string RunbookVersion { get; init; }
    public required string Environment { get; init; }
    public Guid? AlertId { get; init; }
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>Names of what no other run may work on meanwhile, sorted.</summary>
    public required IReadOnlyList<string> Locks { get; init; }

    /// <summary>Alerts of which nobody is told meanwhile.</summary>
    public IReadOnlyList<RunbookMute> Mutes { get; init; } = [];

    /// <summary>Hexadecimal, over everything above.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Enough of the hash for people to compare.</summary>
    public string ShortHash => Hash[..Math.Min(8, Hash.Length)];

    /// <summary>Why it cannot run, a sentence each.</summary>
    public IEnumerable<string> Problems => Steps.Where(step => step.Plan.Problem is not null).Select(step => $"{step.Title}: {step.Plan.Problem}");

    /// <summary>What the runbook says of itself; a step that a person does by hand says nothing of what it does.</summary>
    public RiskClass DeclaredRisk { get; init; }

    /// <summary>The worst that it can do, in undoing too.</summary>
    public RiskClass Risk => Steps.SelectMany(step => new[] { step.Plan.Risk, step.Undo?.Risk ?? RiskClass.Read }).Append(DeclaredRisk).Max();

    public Plan Sealed() => this with { Hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Confirmed()))) };

    /// <summary>What differs, a sentence each; empty where nothing does.</summary>
    public IReadOnlyList<string> DifferencesTo(Plan other)
    {
        var found = new List<string>();
        if (RunbookVersion != other.RunbookVersion)
            found.Add("The runbook was changed.");
        if (Environment != other.Environment)
            found.Add($"The environment is {other.Environment} and not {Environment}.");
        foreach (var (was, now) in Steps.Zip(other.Steps).Where(pair => Written(pair.First) != Written(pair.Second)))
            found.Add($"{now.Title} is now {string.Join(' ', now.Plan.Command)} on {now.Plan.Target}; it was {string.Join(' ', was.Plan.Command)} on {was.Plan.Target}.");
        return found.Count == 0 && Hash != other.Hash ? ["The values, locks or mutes are others."] : found;
    }

    /// <summary>What differs in what undoing does, a sentence each; empty where nothing does.</summary>
    public IReadOnlyList<string> UndoDifferencesTo(Plan other)
    {
        var found = new List<string>();
        if (Environment != other.Environment)
            found.Add($"The environment is {other.Environment} and not {Environment}.");
        foreach (var (was, now) in Steps.Zip(other.Steps).Where(pair => Undone(pair.First) != Undone(pair.Second)))
            found.Add($"To undo {now.Title} is now {Words(now.Undo)}; it was {Words(was.Undo)}.");
        return found;

        static string Undone(PlannedStep step) => step.Undo is null ? "" : JsonSerializer.Serialize(Parts(step.Undo));

        static string Words(StepPlan? undo) => undo is null ? "nothing" : $"{string.Join(' ', undo.Command)} on {undo.Target}";
    }

    // Every list and map in an order of its own, so that equal plans have equal bytes.
    object Confirmed() => new object?[]
    {
        RunbookId, RunbookVersion, Environment, AlertId,
        Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new[] { pair.Key, pair.Value }),
        Steps.Select(step => new object?[] { step.Name, step.Kind, Parts(step.Plan), step.When, step.Undo is null ? null : Parts(step.Undo) }),
        Locks,
        Mutes.Select(mute => new object?[] { mute.Matchers, mute.For?.TotalSeconds }),
    };

    static string Written(PlannedStep step) => JsonSerializer.Serialize(new object?[] { Parts(step.Plan), step.When, step.Undo is null ? null : Parts(step.Undo) });

    // Where nothing is inside, nothing is written: the hash of such a plan stays what it was.
    static object?[] Parts(StepPlan plan) => plan.Inner.Count == 0 ? [plan.Command, plan.Target, plan.Risk, plan.Locks, plan.Problem]
        : [plan.Command, plan.Target, plan.Risk, plan.Locks, plan.Problem, plan.Inner.Select(step => new object?[] { step.Name, step.Kind, Parts(step.Plan), step.When, step.Undo is null ? null : Parts(step.Undo) })];
}
