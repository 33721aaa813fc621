using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Store;

/// <summary>An incident as a row: what is looked for in columns, the whole in one document, because it is read and changed as a whole.</summary>
sealed class StoredIncident : IVersioned
{
    static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required Guid Id { get; init; }
    public required long Number { get; init; }
    public required string SystemId { get; init; }

    /// <summary>Who pressed with which key: a second press finds the first one's incident.</summary>
    public required string OpenKey { get; init; }

    /// <summary>The system whose alerts join it; null: they join another one. Unique, so that of two alerts that race one opens and the other joins.</summary>
    public string? OpenFor { get; set; }
    public IncidentSeverity Severity { get; set; }
    public IncidentStatus Status { get; set; }
    public bool IsOpen { get; set; }
    public required DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public DateTimeOffset? UpdateDueAt { get; set; }

    /// <summary>When the first of its unfinished review and its open action items is due; null: nothing is left of it.</summary>
    public DateTimeOffset? ReviewDueAt { get; set; }
    public string Document { get; set; } = "";
    public int Version { get; set; }

    public static StoredIncident Of(Incident incident, string openKey, bool isJoinable)
    {
        var row = new StoredIncident { Id = incident.Id, Number = incident.Number, SystemId = incident.SystemId, OpenKey = openKey, OpenedAt = incident.OpenedAt, OpenFor = isJoinable ? incident.SystemId : null };
        row.Take(incident);
        return row;
    }

    public void Take(Incident incident)
    {
        (Severity, Status, IsOpen, ResolvedAt, UpdateDueAt) = (incident.Severity, incident.Status, incident.IsOpen, incident.Resolution?.At, incident.UpdateDueAt);
        ReviewDueAt = incident.Tasks.Where(task => task is { IsAction: true, DoneAt: null }).Select(task => task.DueAt).Append(incident.Review is { IsFinished: false } review ? review.DueAt : null).Min();
        if (!incident.IsOpen)
            OpenFor = null;
        Document = JsonSerializer.Serialize(incident, Json);
    }

    public Incident ToIncident() => JsonSerializer.Deserialize<Incident>(Document, Json)!;

    sealed class Table : IEntityTypeConfiguration<StoredIncident>
    {
        public void Configure(EntityTypeBuilder<StoredIncident> builder)
        {
            builder.ToTable("incident");
            builder.HasKey(incident => incident.Id);
            builder.Property(incident => incident.Id).ValueGeneratedNever();
            builder.Property(incident => incident.SystemId).HasMaxLength(64);
            builder.Property(incident => incident.OpenKey).HasMaxLength(300);
            builder.Property(incident => incident.OpenFor).HasMaxLength(64);
            builder.HasIndex(incident => incident.Number).IsUnique();
            builder.HasIndex(incident => incident.OpenKey).IsUnique();
            builder.HasIndex(incident => incident.OpenFor).IsUnique();
            builder.HasIndex(incident => new { incident.IsOpen, incident.Number });
            builder.HasIndex(incident => new { incident.SystemId, incident.OpenedAt });
            builder.HasIndex(incident => incident.ReviewDueAt);
        }
    }
}

/// <summary>To which incident an alert belongs; to one at most.</summary>
sealed class IncidentAlert
{
    public required Guid AlertId { get; init; }
    public required Guid IncidentId { get; set; }

    sealed class Table : IEntityTypeConfiguration<IncidentAlert>
    {
        public void Configure(EntityTypeBuilder<IncidentAlert> builder)
        {
            builder.HasKey(link => link.AlertId);
            builder.Property(link => link.AlertId).ValueGeneratedNever();
            builder.HasIndex(link => link.IncidentId);
        }
    }
}

/// <summary>How far the scribe has read what others wrote.</summary>
sealed class IncidentCursor
{
    public required string Name { get; init; }
    public long Sequence { get; set; }

    sealed class Table : IEntityTypeConfiguration<IncidentCursor>
    {
        public void Configure(EntityTypeBuilder<IncidentCursor> builder)
        {
            builder.HasKey(cursor => cursor.Name);
            builder.Property(cursor => cursor.Name).HasMaxLength(64);
        }
    }
}
