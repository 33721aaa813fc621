using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.External;

/// <summary>Until when what another Prometheus said of an alert holds, unless it says so again.</summary>
sealed class ExternalAlert
{
    public required Guid AlertId { get; init; }
    public required DateTimeOffset EndsAt { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }

    sealed class Table : IEntityTypeConfiguration<ExternalAlert>
    {
        public void Configure(EntityTypeBuilder<ExternalAlert> builder)
        {
            builder.HasKey(alert => alert.AlertId);
            builder.Property(alert => alert.AlertId).ValueGeneratedNever();
            builder.HasIndex(alert => alert.EndsAt);
        }
    }
}
