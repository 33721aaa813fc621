using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue.Drafts;

public enum DraftState { Open, Activated, Discarded }

/// <summary>A document as one administrator would have it. It counts once another activates it.</summary>
public sealed class DocumentDraft : IVersioned
{
    public required Guid Id { get; init; }

    /// <summary>Relative to the catalogue's root, e.g. <c>case-opening/runbooks/restart-api.yml</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Null: the document is removed.</summary>
    public string? Text { get; init; }

    /// <summary><see cref="Overlays.CatalogueDocument.Version"/> of what was changed: a draft of something older is not activated.</summary>
    public required int BasedOn { get; init; }

    /// <summary>Why, in the words of who wrote it.</summary>
    public required string Reason { get; init; }

    /// <summary>Id of the actor.</summary>
    public required string WrittenBy { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }
    public DraftState State { get; set; }

    /// <summary>Id of who activated or discarded it.</summary>
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public int Version { get; set; }

    sealed class Table : IEntityTypeConfiguration<DocumentDraft>
    {
        public void Configure(EntityTypeBuilder<DocumentDraft> builder)
        {
            builder.HasKey(draft => draft.Id);
            builder.HasIndex(draft => new { draft.State, draft.WrittenAt });
            builder.Property(draft => draft.Path).HasMaxLength(200);
            builder.Property(draft => draft.Reason).HasMaxLength(DocumentDrafts.MostReason);
            builder.Property(draft => draft.WrittenBy).HasMaxLength(64);
            builder.Property(draft => draft.DecidedBy).HasMaxLength(64);
            builder.Property(draft => draft.State).HasConversion<string>().HasMaxLength(16);
        }
    }
}
