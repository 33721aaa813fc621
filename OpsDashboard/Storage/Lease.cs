using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Storage;

/// <summary>Which process does a piece of work that only one may do at a time.</summary>
sealed class Lease
{
    public required string Name { get; init; }

    /// <summary>The process, another text at every start.</summary>
    public required string Holder { get; set; }

    /// <summary>Rises with every change of the holder; what is written with an older one is refused.</summary>
    public required long Fence { get; set; }

    /// <summary>Microseconds of the database's clock (of this process's with SQLite, which has only one).</summary>
    public required long Until { get; set; }

    sealed class Table : IEntityTypeConfiguration<Lease>
    {
        public void Configure(EntityTypeBuilder<Lease> builder)
        {
            builder.HasKey(lease => lease.Name);
            builder.Property(lease => lease.Name).HasMaxLength(64);
            builder.Property(lease => lease.Holder).HasMaxLength(64);
        }
    }
}
