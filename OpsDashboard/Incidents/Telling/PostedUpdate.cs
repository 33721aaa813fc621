using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Incidents.Telling;

/// <summary>What was told to others, word for word. Never changed.</summary>
public sealed class PostedUpdate
{
    public required Guid Id { get; init; }

    /// <summary>Who pressed with which key: a second press tells nobody again.</summary>
    public required string Key { get; init; }
    public required string SystemId { get; init; }
    public Guid? IncidentId { get; init; }

    /// <summary>The maintenance window of which it tells.</summary>
    public Guid? SilenceId { get; init; }
    public required string Subject { get; init; }
    public required string Body { get; init; }

    /// <summary>Strangers may read it on the status page.</summary>
    public required bool IsPublic { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ById { get; init; }
    public required string ByName { get; init; }

    /// <summary>When the announced window opens; null for an incident.</summary>
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }

    sealed class Table : IEntityTypeConfiguration<PostedUpdate>
    {
        public void Configure(EntityTypeBuilder<PostedUpdate> builder)
        {
            builder.HasKey(update => update.Id);
            builder.Property(update => update.Id).ValueGeneratedNever();
            builder.Property(update => update.Key).HasMaxLength(300);
            builder.Property(update => update.SystemId).HasMaxLength(64);
            builder.Property(update => update.ById).HasMaxLength(64);
            builder.Property(update => update.ByName).HasMaxLength(200);
            builder.HasIndex(update => update.Key).IsUnique();
            builder.HasIndex(update => new { update.IsPublic, update.At });
        }
    }
}
