using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.OnCall.Paging;

public enum PageState
{
    OnItsWay,
    Delivered,

    /// <summary>No method reached the person, or there was nobody to page.</summary>
    Failed,

    /// <summary>Somebody acknowledged, or it was over, before it arrived.</summary>
    Withdrawn,
}

/// <summary>One person paged once for a matter. The same person is never paged twice for the same leg, level and repeat: the database refuses it.</summary>
public sealed class SentPage
{
    public required Guid Id { get; init; }
    public required Guid CallId { get; init; }
    public required int Leg { get; init; }
    public required int Level { get; init; }
    public required int Repeat { get; init; }

    /// <summary>Empty: nobody was on duty.</summary>
    public required string PersonId { get; init; }
    public required string PersonName { get; init; }
    public required DateTimeOffset At { get; init; }
    public required PageState State { get; set; }

    /// <summary>Which of the person's methods it is on, and what came of those before, for people.</summary>
    public required string Detail { get; set; }

    /// <summary>The place of the method among the person's.</summary>
    public int Way { get; set; }

    /// <summary>The notification that carries it now; null: none does.</summary>
    public Guid? NotificationId { get; set; }

    /// <summary>When the next method is tried, unless this one arrived.</summary>
    public DateTimeOffset? NextWayAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }

    sealed class Table : IEntityTypeConfiguration<SentPage>
    {
        public void Configure(EntityTypeBuilder<SentPage> builder)
        {
            builder.HasKey(page => page.Id);
            builder.Property(page => page.Id).ValueGeneratedNever();
            builder.Property(page => page.PersonId).HasMaxLength(64);
            builder.HasIndex(page => new { page.CallId, page.Leg, page.Level, page.Repeat, page.PersonId }).IsUnique();
            builder.HasIndex(page => page.State);
            builder.HasIndex(page => page.At);
        }
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> of every replica when a page was sent or arrived, and when an escalation was acknowledged, passed on or ended: read it anew.</summary>
public sealed record PagingChanged;

/// <summary>Published on the <see cref="Live.LiveBus"/> of the replica that pages, after the commit. <see cref="Pager.FindAsync"/> has it for all replicas.</summary>
public sealed record PageSent(Guid CallId, string Kind, string MatterId, string SystemId, string Person, int Level, DateTimeOffset At);
