using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts;

/// <summary>Which replica evaluates the rules. One row.</summary>
sealed class EvaluatorEpoch
{
    public const int OnlyId = 1;

    public required int Id { get; init; }

    /// <summary>Rises whenever another process takes over; who writes with an older one has been replaced and is refused.</summary>
    public required long Epoch { get; set; }

    /// <summary>The last evaluation of which the database knows: after a restart, how long nothing was evaluated.</summary>
    public required DateTimeOffset EvaluatedAt { get; set; }

    /// <summary>How the rules did, for the replicas that do not evaluate (<see cref="Evaluation.RuleReport"/>); null where there are none.</summary>
    public byte[]? Report { get; set; }

    sealed class Table : IEntityTypeConfiguration<EvaluatorEpoch>
    {
        public void Configure(EntityTypeBuilder<EvaluatorEpoch> builder)
        {
            builder.HasKey(epoch => epoch.Id);
            builder.Property(epoch => epoch.Id).ValueGeneratedNever();
        }
    }
}
