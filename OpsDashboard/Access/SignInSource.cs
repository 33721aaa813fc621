using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Access;

/// <summary>From where somebody tried to sign in to an account: strangers lock the account for their own address, not for its owner's.</summary>
public sealed class SignInSource
{
    public required Guid AccountId { get; init; }

    /// <summary>As <see cref="AttemptLimit.Source"/> writes it.</summary>
    public required string Source { get; init; }
    public int Failures { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
    public DateTimeOffset? SucceededAt { get; set; }
    public required DateTimeOffset TriedAt { get; set; }

    sealed class Table : IEntityTypeConfiguration<SignInSource>
    {
        public void Configure(EntityTypeBuilder<SignInSource> builder)
        {
            builder.HasKey(source => new { source.AccountId, source.Source });
            builder.HasOne<Account>().WithMany().HasForeignKey(source => source.AccountId);
        }
    }
}
