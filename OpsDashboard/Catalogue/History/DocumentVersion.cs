using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Catalogue.History;

/// <summary>What a document said from some moment on, whether a file changed or somebody edited it here.</summary>
public sealed class DocumentVersion
{
    /// <summary>Relative to the catalogue's root, e.g. <c>case-opening/rules.yml</c>.</summary>
    public required string Path { get; init; }

    /// <summary>1, 2, … for each path.</summary>
    public required int Number { get; init; }

    /// <summary>Null: the document was removed.</summary>
    public string? Text { get; init; }

    /// <summary>Id of the actor; <c>program</c> where the file changed beneath.</summary>
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }

    sealed class Table : IEntityTypeConfiguration<DocumentVersion>
    {
        public void Configure(EntityTypeBuilder<DocumentVersion> builder)
        {
            builder.HasKey(version => new { version.Path, version.Number });
            builder.Property(version => version.Path).HasMaxLength(200);
            builder.Property(version => version.By).HasMaxLength(64);
        }
    }
}
