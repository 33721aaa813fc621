using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.Notifications.Outbox;

/// <summary>Why somebody is told.</summary>
public enum NotificationReason
{
    /// <summary>Alerts fire of which the receiver does not know.</summary>
    Firing,

    /// <summary>Alerts ended of which the receiver knows.</summary>
    Resolved,

    /// <summary>Nothing new, but it still fires.</summary>
    Repeat,

    /// <summary>Another receiver did not get it in time.</summary>
    Undelivered,

    /// <summary>Somebody pressed the test button.</summary>
    Test,

    /// <summary>Somebody sent it again.</summary>
    Again,

    /// <summary>No alert: something that a runbook or another feature has to say.</summary>
    Notice,

    /// <summary>Somebody on call is woken by name.</summary>
    Page,
}

/// <summary>What one receiver is told of one group of alerts at one moment. Written once, in the transaction that decides it.</summary>
public sealed class Notification
{
    public required Guid Id { get; init; }
    public required string Receiver { get; init; }

    /// <summary>Route and group labels, as Alertmanager writes them; empty for a test.</summary>
    public required string GroupKey { get; init; }
    public required NotificationReason Reason { get; init; }
    public required bool IsFiring { get; init; }

    /// <summary>The system of all its alerts; null where they belong to several or none.</summary>
    public string? SystemId { get; init; }

    /// <summary>One line that a tired person understands.</summary>
    public required string Title { get; init; }

    /// <summary>A message as JSON.</summary>
    public required string Payload { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    sealed class Table : IEntityTypeConfiguration<Notification>
    {
        public void Configure(EntityTypeBuilder<Notification> builder)
        {
            builder.HasKey(notification => notification.Id);
            builder.Property(notification => notification.Id).ValueGeneratedNever();
            builder.Property(notification => notification.Receiver).HasMaxLength(200);
            builder.Property(notification => notification.SystemId).HasMaxLength(64);
            builder.HasIndex(notification => notification.CreatedAt);
            builder.HasIndex(notification => new { notification.SystemId, notification.CreatedAt });
        }
    }
}
