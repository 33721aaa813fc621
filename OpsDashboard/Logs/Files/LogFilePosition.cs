using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Logs.Files;

/// <summary>How far a followed file was read: everything before is stored.</summary>
sealed class LogFilePosition
{
    public required string SystemId { get; init; }

    /// <summary>As the file is named while it is written, whatever it was rotated to meanwhile.</summary>
    public required string Path { get; init; }

    public required int HeadLength { get; set; }
    public required string HeadHash { get; set; }
    public required long Offset { get; set; }
    public required DateTimeOffset ReadAt { get; set; }

    sealed class Table : IEntityTypeConfiguration<LogFilePosition>
    {
        public void Configure(EntityTypeBuilder<LogFilePosition> builder)
        {
            builder.HasKey(position => new { position.SystemId, position.Path });
            builder.Property(position => position.SystemId).HasMaxLength(64);
            builder.Property(position => position.Path).HasMaxLength(1024);
            builder.Property(position => position.HeadHash).HasMaxLength(64);
        }
    }
}
