using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue.Overlays;

/// <summary>A document as somebody edited it here. It wins over the file of its path until it is reverted.</summary>
sealed class CatalogueOverlay : IVersioned
{
    /// <summary>Relative to the catalogue's root, e.g. <c>case-opening/rules.yml</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Null: the file counts as removed.</summary>
    public string? Text { get; set; }

    /// <summary>The file as it was when it was edited; null where there was none.</summary>
    public string? BaseText { get; set; }

    public required string EditedBy { get; set; }
    public required DateTimeOffset EditedAt { get; set; }
    public int Version { get; set; }

    sealed class Table : IEntityTypeConfiguration<CatalogueOverlay>
    {
        public void Configure(EntityTypeBuilder<CatalogueOverlay> builder)
        {
            builder.HasKey(overlay => overlay.Path);
            builder.Property(overlay => overlay.Path).HasMaxLength(200);
            builder.Property(overlay => overlay.EditedBy).HasMaxLength(64);
        }
    }
}
