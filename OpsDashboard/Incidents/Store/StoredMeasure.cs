using System.Text.Json;
using OpsDashboard.Incidents.Numbers;

namespace OpsDashboard.Incidents.Store;

/// <summary>The few members of an incident's document from which its numbers are made: the rest is skipped, not built.</summary>
sealed record StoredMeasure
{
    public IReadOnlyList<ImpactClock> Clocks { get; init; } = [];
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public Guid? MergedIntoId { get; init; }

    /// <returns>Null: it went into another one, which counts.</returns>
    public static IncidentMeasure? Of(string system, IncidentSeverity severity, DateTimeOffset openedAt, string document)
    {
        var stored = JsonSerializer.Deserialize<StoredMeasure>(document)!;
        if (stored.MergedIntoId is not null)
            return null;
        var clock = stored.Clocks.FirstOrDefault(clock => clock.SystemId == system);
        return new(system, severity, openedAt, clock?.BeganAt ?? openedAt, stored.AcknowledgedAt, clock?.RestoredAt);
    }
}
