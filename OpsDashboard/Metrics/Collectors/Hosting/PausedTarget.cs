using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>A target that somebody stopped: kept, because a restart must not resume it unasked. There is one row a paused target.</summary>
sealed class PausedTarget
{
    public const int LongestReason = 500;

    public required string TargetId { get; init; }
    public required string By { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string? Reason { get; set; }

    sealed class Table : IEntityTypeConfiguration<PausedTarget>
    {
        public void Configure(EntityTypeBuilder<PausedTarget> builder)
        {
            builder.HasKey(paused => paused.TargetId);
            builder.Property(paused => paused.Reason).HasMaxLength(LongestReason);
        }
    }
}
