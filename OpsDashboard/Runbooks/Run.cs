using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks;

public enum RunStatus { Queued, Running, Waiting, Succeeded, Failed, Aborted, Interrupted }

/// <summary>Whether the alert's condition passed: exit codes prove nothing.</summary>
public enum RunEffect
{
    /// <summary>There was nothing to prove: it was started for no alert, or did not get through.</summary>
    None,
    Effective,
    NotEffective,
    Unproven,
}

/// <param name="Reason">In the person's words; may be empty.</param>
public sealed record AbortRequest(string ById, string ByName, DateTimeOffset At, string Reason);

/// <summary>
/// One execution of a runbook. Immutable: every transition makes a new one, and one that does not fit the state is refused with
/// <see cref="RunStateException"/>. No I/O, no clock.
/// </summary>
public sealed partial record Run
{
    public required Guid Id { get; init; }

    /// <summary>Rises by one; people see RUN-1042.</summary>
    public required long Number { get; init; }
    public string Name => $"RUN-{Number}";
    public required string RunbookId { get; init; }
    public required string Title { get; init; }
    public required string SystemId { get; init; }
    public string? ComponentId { get; init; }

    /// <summary>As it was confirmed.</summary>
    public required Plan Plan { get; init; }

    /// <summary>What must pass for the run to be effective; null: it was started for no alert.</summary>
    public Goal? Goal { get; init; }

    /// <summary>What its real duration is held against; null: it recovers nothing.</summary>
    public RecoveryAim? Aim { get; init; }

    /// <summary>Since when the alert's condition is false, as far as it is watched; null: it is not, or nobody sees it.</summary>
    public DateTimeOffset? GreenAt { get; init; }

    /// <summary>How long the recovery took; null while it goes on, and where it was aborted.</summary>
    public Recovery? Recovery => Aim is { } aim && EndedAt is { } ended && Status is RunStatus.Succeeded or RunStatus.Failed
        ? new(aim, GreenAt ?? ended, Status == RunStatus.Succeeded && Effect is RunEffect.Effective or RunEffect.None)
        : null;

    /// <summary>The run within which a step started this one; null: somebody started it.</summary>
    public Guid? OuterId { get; init; }
    public required string StartedById { get; init; }
    public required string StartedByName { get; init; }

    /// <summary>Who answers for the token that started it; null: a person did, or nobody answers for it.</summary>
    public string? StartedForId { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public RunStatus Status { get; init; } = RunStatus.Queued;
    public RunEffect Effect { get; init; }

    /// <summary>Why it stands where it stands, in a sentence; empty while it goes on.</summary>
    public string Reason { get; init; } = "";
    public required IReadOnlyList<StepRun> Steps { get; init; }

    /// <summary>Since when the alert's condition is watched, once all steps are done.</summary>
    public DateTimeOffset? ProvingSince { get; init; }

    /// <summary>When it has to be looked at again while it waits; null: when somebody says something.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What was done is being undone.</summary>
    public bool IsCompensating { get; init; }
    public AbortRequest? Abort { get; init; }

    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Aborted;

    /// <summary>Nothing goes on before a person says something.</summary>
    public bool NeedsAPerson => Status == RunStatus.Interrupted || IsAsked || IsAtTurn || Current is { IsAsking: true } || (Status == RunStatus.Waiting && Current is { WaitsFor: WaitKind.Input or WaitKind.Approval });

    /// <summary>The step at which it stands: running, waiting, failed or of unknown outcome; null before, between and after.</summary>
    public StepRun? Current => Steps.FirstOrDefault(step => step.State is StepState.Running or StepState.Waiting or StepState.Unknown) ?? (Status == RunStatus.Failed ? Steps.LastOrDefault(step => step.State == StepState.Failed) : null);

    /// <summary>When its first step began; null: none has.</summary>
    public DateTimeOffset? BeganAt => Steps.Min(step => step.StartedAt);

    /// <summary>It is in the middle of its steps or proves their effect: what it mutes is muted while somebody drives it or it waits.</summary>
    public bool IsMuting => Plan.Mutes.Count > 0 && BeganAt is not null && Status is (RunStatus.Running or RunStatus.Waiting);

    /// <summary>How many steps are behind it.</summary>
    public int DoneSteps => Steps.Count(step => step.State is StepState.Done or StepState.Skipped or StepState.Failed);

    /// <summary>What the next step is filled with.</summary>
    public StepInputs Inputs => new(Plan.Parameters, Steps.SelectMany(step => step.Inner.Prepend(step)).Where(step => step.State == StepState.Done).ToDictionary(step => step.Name, step => step.Outputs));

    int IndexOf(string step)
    {
        for (var i = 0; i < Steps.Count; i++)
        {
            if (Steps[i].Name == step)
                return i;
        }
        throw new RunStateException($"{Name} has no step {step}.");
    }

    Run With(int index, StepRun step) => this with { Steps = [.. Steps.Select((old, at) => at == index ? step : old)] };
}

/// <summary>The transition does not fit the run's state; the message is fit for a person. Endpoints answer 409.</summary>
public sealed class RunStateException(string message) : Exception(message), Http.IRefusal
{
    public string Code => "state";
}
