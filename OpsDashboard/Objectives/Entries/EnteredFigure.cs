using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Objectives.Entries;

/// <summary>
/// A figure that a person entered for a day. A row is never changed by a correction: the correction is a row of its own with the next revision,
/// and the latest revision of a day counts.
/// </summary>
public sealed class EnteredFigure
{
    public const int LongestSource = 120, LongestNote = 1_000;

    public required Guid Id { get; init; }
    public required string SystemId { get; init; }
    public required string KpiId { get; init; }

    /// <summary>The day that it is of, UTC, written 2026-11-20.</summary>
    public required string Day { get; init; }

    /// <summary>0 for the first entry of a day, then one more with every correction.</summary>
    public required int Revision { get; init; }

    /// <summary>The instant that its sample carries.</summary>
    public required DateTimeOffset At { get; init; }
    public required double Value { get; init; }

    /// <summary>Where the person has it from, e.g. <c>Survey November 2026</c>.</summary>
    public required string Source { get; init; }
    public required string Note { get; init; }

    public required string EnteredById { get; init; }
    public required string EnteredBy { get; init; }
    public required DateTimeOffset EnteredAt { get; init; }

    /// <summary>Whether the sample is stored; where it is not yet, it is stored as soon as the sample store takes it.</summary>
    public bool IsStored { get; set; }

    sealed class Table : IEntityTypeConfiguration<EnteredFigure>
    {
        public void Configure(EntityTypeBuilder<EnteredFigure> builder)
        {
            builder.HasKey(figure => figure.Id);
            builder.Property(figure => figure.Id).ValueGeneratedNever();
            builder.Property(figure => figure.SystemId).HasMaxLength(64);
            builder.Property(figure => figure.KpiId).HasMaxLength(64);
            builder.Property(figure => figure.Day).HasMaxLength(10);
            builder.Property(figure => figure.Source).HasMaxLength(LongestSource);
            builder.Property(figure => figure.Note).HasMaxLength(LongestNote);
            // Two who correct at once: the second is refused instead of hiding the first.
            builder.HasIndex(figure => new { figure.SystemId, figure.KpiId, figure.Day, figure.Revision }).IsUnique();
        }
    }
}
