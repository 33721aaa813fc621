using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.Notes;

/// <summary>What somebody wrote beside an alert. Never changed, never deleted.</summary>
public sealed class AlertNote
{
    public const int MaxText = 2000;

    public required Guid Id { get; init; }
    public required Guid AlertId { get; init; }
    public string? SystemId { get; init; }

    /// <summary>Id of the actor.</summary>
    public required string AuthorId { get; init; }
    public required string AuthorName { get; init; }
    public required string Text { get; init; }
    public required DateTimeOffset At { get; init; }

    sealed class Table : IEntityTypeConfiguration<AlertNote>
    {
        public void Configure(EntityTypeBuilder<AlertNote> builder)
        {
            builder.HasKey(note => note.Id);
            builder.Property(note => note.Id).ValueGeneratedNever();
            builder.Property(note => note.SystemId).HasMaxLength(64);
            builder.Property(note => note.AuthorId).HasMaxLength(64);
            builder.Property(note => note.AuthorName).HasMaxLength(200);
            builder.Property(note => note.Text).HasMaxLength(MaxText);
            builder.HasIndex(note => new { note.AlertId, note.At });
        }
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> of every replica when somebody wrote a note.</summary>
public sealed record AlertNotesChanged;
