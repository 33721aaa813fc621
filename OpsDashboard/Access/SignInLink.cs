using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Access;

/// <summary>A link that signs in once. Only the hash of its code is kept.</summary>
public sealed class SignInLink
{
    public required byte[] CodeHash { get; init; }
    public required Guid AccountId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }

    sealed class Table : IEntityTypeConfiguration<SignInLink>
    {
        public void Configure(EntityTypeBuilder<SignInLink> builder)
        {
            builder.HasKey(link => link.CodeHash);
            builder.HasOne<Account>().WithMany().HasForeignKey(link => link.AccountId);
            // Two presses at the same moment: one wins.
            builder.Property(link => link.UsedAt).IsConcurrencyToken();
        }
    }
}
