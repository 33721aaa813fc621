using System.Text.Json.Serialization;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Timeline;

namespace OpsDashboard.Incidents;

/// <summary>
/// Something is broken for users, and somebody leads its end. Immutable: every transition makes a new one that carries the lines which it adds to the
/// timeline (<see cref="News"/>), and one that does not fit the state is refused with <see cref="IncidentStateException"/>. No I/O, no clock.
/// </summary>
public sealed partial record Incident
{
    /// <summary>More alerts of one incident are counted, not listed.</summary>
    public const int MostAlerts = 200;

    public required Guid Id { get; init; }

    /// <summary>Rises by one; people see INC-42.</summary>
    public required long Number { get; init; }
    public string Name => $"INC-{Number}";

    /// <summary>The system in which it began; who may read and handle that one may read and handle the incident.</summary>
    public required string SystemId { get; init; }
    public string? ComponentId { get; init; }
    public required string Title { get; init; }
    public required IncidentSeverity Severity { get; init; }
    public IncidentStatus Status { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required string OpenedById { get; init; }
    public required string OpenedByName { get; init; }

    /// <summary>Who is hit and how, in a sentence; empty: nobody said.</summary>
    public string Impact { get; init; } = "";

    /// <summary>When it is expected to be over; null: nobody can say.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Where people meet, an absolute address.</summary>
    public string? Bridge { get; init; }
    public IReadOnlyList<ImpactClock> Clocks { get; init; } = [];
    public IReadOnlyList<RoleHolder> Roles { get; init; } = [];
    public IReadOnlyList<RoleOffer> Offers { get; init; } = [];
    public IReadOnlyList<LinkedAlert> Alerts { get; init; } = [];

    /// <summary>Alerts that joined beyond <see cref="MostAlerts"/>.</summary>
    public int MoreAlerts { get; init; }

    /// <summary>Id of the template from which the phases were taken; empty: none.</summary>
    public string Template { get; init; } = "";
    public IReadOnlyList<Phase> Phases { get; init; } = [];
    public IReadOnlyList<IncidentTask> Tasks { get; init; } = [];
    public IReadOnlyList<Declined> Declined { get; init; } = [];

    /// <summary>When others have to be told again; null: the incident is over.</summary>
    public DateTimeOffset? UpdateDueAt { get; init; }
    public int Updates { get; init; }

    /// <summary>When somebody first took it: the earlier of an acknowledgement of its alerts and a filled role.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public Resolution? Resolution { get; init; }

    /// <summary>Into which it went.</summary>
    public Guid? MergedIntoId { get; init; }
    public string? MergedIntoName { get; init; }

    /// <summary>Ids of those that have to do with it.</summary>
    public IReadOnlyList<Guid> Linked { get; init; } = [];
    public Review? Review { get; init; }

    [JsonIgnore]
    public IReadOnlyList<Line> News { get; init; } = [];

    public bool IsOpen => Status != IncidentStatus.Resolved && MergedIntoId is null;

    public DateTimeOffset ImpactBeganAt => Clocks.Count > 0 ? Clocks.Min(clock => clock.BeganAt) : OpenedAt;

    public DateTimeOffset? RestoredAt => Clocks.Count > 0 && Clocks.All(clock => clock.RestoredAt is not null) ? Clocks.Max(clock => clock.RestoredAt) : null;

    public IReadOnlyList<string> Systems => [.. Clocks.Select(clock => clock.SystemId).Prepend(SystemId).Distinct()];

    public RoleHolder? Holder(IncidentRole role) => Roles.FirstOrDefault(holder => holder.Role == role);

    public bool IsCommandedBy(string personId) => Holder(IncidentRole.Commander)?.PersonId == personId;

    /// <summary>Adds a line to what the transition writes.</summary>
    public Incident Said(Line line) => this with { News = [.. News, line] };

    Incident Said(EntryKind kind, DateTimeOffset at, string text, Actor by, string? url = null) => Said(new(kind, at, text, by.Id, by.Name, url));

    void DemandOpen()
    {
        if (MergedIntoName is { } other)
            throw new IncidentStateException($"{Name} went into {other}; go on there.");
        if (Status == IncidentStatus.Resolved)
            throw new IncidentStateException($"{Name} is resolved. Reopen it first.");
    }
}
