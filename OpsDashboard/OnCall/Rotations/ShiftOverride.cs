using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Rotations;

/// <summary>Somebody takes a time of a schedule, whoever the rotation has then.</summary>
public sealed class ShiftOverride : IVersioned
{
    public const int MaxReason = 500;

    /// <summary>Rises with time: of two that cross, the later one counts.</summary>
    public required Guid Id { get; init; }
    public required string ScheduleId { get; init; }
    public required string PersonId { get; set; }
    public required DateTimeOffset From { get; set; }
    public required DateTimeOffset To { get; set; }
    public required string Reason { get; set; }

    /// <summary>Who arranged it, by name.</summary>
    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public int Version { get; set; } = 1;

    sealed class Table : IEntityTypeConfiguration<ShiftOverride>
    {
        public void Configure(EntityTypeBuilder<ShiftOverride> builder)
        {
            builder.HasKey(one => one.Id);
            builder.Property(one => one.Id).ValueGeneratedNever();
            builder.Property(one => one.ScheduleId).HasMaxLength(64);
            builder.Property(one => one.PersonId).HasMaxLength(64);
            builder.Property(one => one.Reason).HasMaxLength(MaxReason);
            builder.Property(one => one.MadeBy).HasMaxLength(200);
            builder.HasIndex(one => one.To);
        }
    }
}
