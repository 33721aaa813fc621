using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts;

/// <summary>
/// One change of an alert, kept for ever in the order of the commits. What must miss none (notifications, incidents) reads on from its own cursor
/// with <see cref="AlertStore.TransitionsAfterAsync"/>; <see cref="AlertsChanged"/> only wakes it.
/// </summary>
public sealed class AlertTransition
{
    /// <summary>Rises in the order of the commits, with gaps.</summary>
    public long Sequence { get; init; }
    public required Guid AlertId { get; init; }
    public required AlertState From { get; init; }

    /// <summary>The same as <see cref="From"/> where only the severity or the inhibition changed.</summary>
    public required AlertState To { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>NaN where there is none.</summary>
    public double Value { get => Number ?? double.NaN; init => Number = double.IsNaN(value) ? null : value; }
    public required string Severity { get; init; }
    public string? SystemId { get; init; }
    public bool IsInhibited { get; init; }

    // SQLite keeps NaN as NULL.
    internal double? Number { get; set; }

    sealed class Table : IEntityTypeConfiguration<AlertTransition>
    {
        public void Configure(EntityTypeBuilder<AlertTransition> builder)
        {
            builder.HasKey(transition => transition.Sequence);
            builder.Ignore(transition => transition.Value);
            builder.Property(transition => transition.Number);
            builder.Property(transition => transition.Severity).HasMaxLength(64);
            builder.Property(transition => transition.SystemId).HasMaxLength(64);
            builder.HasIndex(transition => transition.AlertId);
        }
    }
}

/// <summary>What happened to one alert, on its way into the database.</summary>
/// <param name="From">Inactive for an alert that was not there.</param>
/// <param name="Now">The alert after the change; Inactive: a pending one that never fired, to be forgotten.</param>
public sealed record AlertChange(AlertState From, Alert Now, DateTimeOffset At);

/// <summary>Published on the <see cref="Live.LiveBus"/> of every replica after transitions were stored. A wake-up: read what changed.</summary>
public sealed record AlertsChanged;
