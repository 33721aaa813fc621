using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.Notifications.Outbox;

public enum DeliveryState
{
    Waiting,
    Sending,
    Delivered,

    /// <summary>It cannot succeed, or was tried for a day.</summary>
    Failed,

    /// <summary>It was no longer needed before it arrived: somebody acknowledged, or it was over.</summary>
    Withdrawn,
}

/// <summary>A notification on its way by one method of its receiver: a row of the outbox, and afterwards of the delivery log.</summary>
public sealed class Delivery
{
    public required Guid Id { get; init; }
    public required Guid NotificationId { get; init; }
    public required string Receiver { get; init; }

    /// <summary>Which of the receiver's methods, e.g. <c>email/0</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Where it goes, for people; no secret.</summary>
    public required string Destination { get; init; }

    /// <summary>What goes the same way about the same group arrives in order: it waits for what was earlier.</summary>
    public required string Queue { get; init; }
    public required DeliveryState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>A JSON list of the last attempts: when, how long, what came of it.</summary>
    public string History { get; set; } = "[]";

    /// <summary>What came of the last attempt; null before the first.</summary>
    public string? Result { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset NextAttemptAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>When the next method is tried as well, unless it arrived; null: there is none, or it was.</summary>
    public DateTimeOffset? NextMethodAt { get; set; }

    /// <summary>The sender's lease: what was being sent under an older one was interrupted.</summary>
    public long Fence { get; set; }

    sealed class Table : IEntityTypeConfiguration<Delivery>
    {
        public void Configure(EntityTypeBuilder<Delivery> builder)
        {
            builder.HasKey(delivery => delivery.Id);
            builder.Property(delivery => delivery.Id).ValueGeneratedNever();
            builder.Property(delivery => delivery.Receiver).HasMaxLength(200);
            builder.Property(delivery => delivery.Method).HasMaxLength(100);
            builder.Property(delivery => delivery.Queue).HasMaxLength(64);
            builder.HasIndex(delivery => delivery.NotificationId);
            builder.HasIndex(delivery => new { delivery.State, delivery.NextAttemptAt });
        }
    }
}
