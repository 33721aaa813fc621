using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.Handling;

/// <summary>Somebody has an alert in hand. It holds for one episode: when the condition comes back later, that is a new alert that nobody has.</summary>
public sealed class Acknowledgement
{
    public const int MaxNote = 2000;

    public required Guid AlertId { get; init; }
    public string? SystemId { get; init; }

    /// <summary>Id of the actor.</summary>
    public required string OwnerId { get; init; }
    public required string OwnerName { get; init; }
    public required string Note { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>When it ends by itself and the alert counts as nobody's again; null: with the alert.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Rises with every change of owner, note or timer.</summary>
    public int Version { get; init; }

    public bool HoldsAt(DateTimeOffset at) => Until is null || Until > at;

    sealed class Table : IEntityTypeConfiguration<Acknowledgement>
    {
        public void Configure(EntityTypeBuilder<Acknowledgement> builder)
        {
            builder.HasKey(acknowledgement => acknowledgement.AlertId);
            builder.Property(acknowledgement => acknowledgement.AlertId).ValueGeneratedNever();
            builder.Property(acknowledgement => acknowledgement.SystemId).HasMaxLength(64);
            builder.Property(acknowledgement => acknowledgement.OwnerId).HasMaxLength(64);
            builder.Property(acknowledgement => acknowledgement.OwnerName).HasMaxLength(200);
            builder.Property(acknowledgement => acknowledgement.Note).HasMaxLength(MaxNote);
            builder.HasIndex(acknowledgement => new { acknowledgement.OwnerId, acknowledgement.At });
        }
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> of every replica when somebody took an alert or let it go.</summary>
public sealed record AcknowledgementsChanged;
