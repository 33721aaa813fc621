using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>A bearer token of automation. Only its hash is kept; it never may more than its creator may now.</summary>
public sealed class ApiToken : IVersioned
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole token: it has 256 random bits, so a slow hash would protect nothing.</summary>
    public required byte[] Hash { get; init; }
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>Actor id of who made it.</summary>
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
    public int Version { get; set; } = 1;

    sealed class Table : IEntityTypeConfiguration<ApiToken>
    {
        public void Configure(EntityTypeBuilder<ApiToken> builder)
        {
            builder.HasKey(token => token.Id);
            builder.Property(token => token.Id).ValueGeneratedNever();
            builder.HasIndex(token => token.Hash).IsUnique();
            builder.Property(token => token.Grants).HasConversion(GrantText.Converter, GrantText.Comparer);
        }
    }
}
