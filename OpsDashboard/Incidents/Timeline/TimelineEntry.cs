using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Incidents.Timeline;

public enum EntryKind
{
    Opened, Alert, Status, Severity, Role, Impact, Note, Decision, Hypothesis, Run, Told, Change, Metric, Task, Phase, Declined, Linked, Chat,
}

/// <summary>A line on its way to the timeline.</summary>
/// <param name="Key">Within the incident: what was written once is not written again. Null: it is a line of its own.</param>
/// <param name="Url">Where more of it stands, relative.</param>
public sealed record Line(EntryKind Kind, DateTimeOffset At, string Text, string? ById = null, string? ByName = null, string? Url = null, string? Key = null);

/// <summary>One line of an incident's timeline. Never changed, never deleted.</summary>
public sealed class TimelineEntry
{
    public const int MaxText = 4000;

    public required Guid Id { get; init; }
    public required Guid IncidentId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was written down: what is pasted or found later lies behind what happened.</summary>
    public required DateTimeOffset WrittenAt { get; init; }
    public required EntryKind Kind { get; init; }
    public required string Text { get; init; }
    public string? ById { get; init; }
    public string? ByName { get; init; }
    public string? Url { get; init; }

    public static TimelineEntry Of(Guid id, Guid incidentId, Line line, DateTimeOffset writtenAt) => new()
    {
        Id = id,
        IncidentId = incidentId,
        Key = line.Key ?? $"{id:N}",
        At = line.At,
        WrittenAt = writtenAt,
        Kind = line.Kind,
        Text = line.Text.Length > MaxText ? line.Text[..(MaxText - 1)] + "…" : line.Text,
        ById = line.ById,
        ByName = line.ByName,
        Url = line.Url,
    };

    sealed class Table : IEntityTypeConfiguration<TimelineEntry>
    {
        public void Configure(EntityTypeBuilder<TimelineEntry> builder)
        {
            builder.HasKey(entry => entry.Id);
            builder.Property(entry => entry.Id).ValueGeneratedNever();
            builder.Property(entry => entry.Key).HasMaxLength(200);
            builder.Property(entry => entry.Text).HasMaxLength(MaxText);
            builder.Property(entry => entry.ById).HasMaxLength(64);
            builder.Property(entry => entry.ByName).HasMaxLength(200);
            builder.Property(entry => entry.Url).HasMaxLength(500);
            builder.HasIndex(entry => new { entry.IncidentId, entry.Key }).IsUnique();
            builder.HasIndex(entry => new { entry.IncidentId, entry.At });
        }
    }
}
