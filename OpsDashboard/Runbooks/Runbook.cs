using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks;

/// <summary>A written procedure, as its file says it. Immutable.</summary>
public sealed record Runbook
{
    /// <summary><c>system.name</c>: unique, stands in addresses and rules name it by what is behind the dot.</summary>
    public string Id => $"{SystemId}.{Name}";
    public required string SystemId { get; init; }

    /// <summary>The file's name.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }

    /// <summary>What it does, in a sentence that a tired person understands.</summary>
    public required string Summary { get; init; }

    /// <summary>Where the team's guide says so.</summary>
    public string? Source { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string Owner { get; init; }
    public required DateOnly ReviewBy { get; init; }
    public required RiskClass Risk { get; init; }

    /// <summary>The least role that may run it; never below what <see cref="Permission.RunRunbooks"/> takes.</summary>
    public Role MayRun { get; init; } = Role.Responder;

    /// <summary>What it works on; null: the whole system.</summary>
    public string? ComponentId { get; init; }

    /// <summary>Alerts for which it is offered besides those whose rule names it; the built-in ones have no rule in a file.</summary>
    public IReadOnlyList<HelpedAlert> Helps { get; init; } = [];
    public IReadOnlyList<RunbookParameter> Parameters { get; init; } = [];

    /// <summary>Names of what no other run may work on meanwhile.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];
    /// <summary>Alerts of which nobody is told while it runs.</summary>
    public IReadOnlyList<RunbookMute> Mutes { get; init; } = [];

    /// <summary>How long another person's approval is waited for, everywhere; null: only where its risk asks for one.</summary>
    public TimeSpan? ApprovalWithin { get; init; }

    /// <summary>The failure that it ends, and within which time; null: it is no recovery.</summary>
    public RecoveryObjective? Recovers { get; init; }
    public required IReadOnlyList<StepSpec> Steps { get; init; }

    /// <summary>How long after the last step the alert's condition may take to pass.</summary>
    public TimeSpan GreenWithin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A short name for its text.</summary>
    public required string Version { get; init; }
    public required string File { get; init; }

    /// <summary>What is typed to confirm a risky one.</summary>
    public string ConfirmationName => (ComponentId is null ? SystemId : $"{SystemId}/{ComponentId}").ToUpperInvariant();

    public bool IsOverdue(DateOnly today) => today > ReviewBy;

    public bool MayBeRunBy(Actor actor) => actor.May(Permission.RunRunbooks, SystemId) && actor.Has(MayRun, SystemId);
}

/// <param name="ComponentId">Null: of whatever component.</param>
public sealed record HelpedAlert(string Name, string? ComponentId)
{
    public bool Fits(Alert alert) => alert.Name == Name && (ComponentId is null || alert.ComponentId == ComponentId);
}

/// <summary>A system's <c>runbooks/*.yml</c>.</summary>
public sealed record RunbookDocument(IReadOnlyList<Runbook> Runbooks)
{
    public static readonly RunbookDocument Empty = new([]);

    public Runbook? Find(string name) => Runbooks.FirstOrDefault(runbook => runbook.Name == name);
}
