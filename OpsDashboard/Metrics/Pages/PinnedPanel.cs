using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Pages;

/// <summary>A chart that somebody keeps on one of the dashboards of their own; a dashboard exists as long as a chart is on it.</summary>
public sealed class PinnedPanel
{
    public const int LongestTitle = 120, LongestExpression = 4_000, LongestDashboard = 60;

    /// <summary>The dashboard of a chart that names none.</summary>
    public const string FirstDashboard = "My dashboard";

    public required Guid Id { get; init; }

    /// <summary>Id of the actor who pinned it and alone sees it.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Name of the dashboard, the owner's own words.</summary>
    public required string Dashboard { get; init; }
    public required string Title { get; init; }
    public required string Expression { get; init; }
    public required Unit Unit { get; init; }
    public required DateTimeOffset PinnedAt { get; init; }

    sealed class Table : IEntityTypeConfiguration<PinnedPanel>
    {
        public void Configure(EntityTypeBuilder<PinnedPanel> builder)
        {
            builder.HasKey(panel => panel.Id);
            builder.Property(panel => panel.Id).ValueGeneratedNever();
            builder.Property(panel => panel.OwnerId).HasMaxLength(64);
            builder.Property(panel => panel.Dashboard).HasMaxLength(LongestDashboard);
            builder.Property(panel => panel.Title).HasMaxLength(LongestTitle);
            builder.Property(panel => panel.Expression).HasMaxLength(LongestExpression);
            builder.HasIndex(panel => panel.OwnerId);
        }
    }
}
