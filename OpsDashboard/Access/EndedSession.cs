using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Access;

/// <summary>A sign-in that was signed out of. Its cookie would otherwise hold, in whose hands ever a copy of it is; kept for as long as it could.</summary>
public sealed class EndedSession
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required DateTimeOffset EndedAt { get; init; }

    sealed class Table : IEntityTypeConfiguration<EndedSession>
    {
        public void Configure(EntityTypeBuilder<EndedSession> builder)
        {
            builder.HasKey(session => session.Id);
            builder.Property(session => session.Id).ValueGeneratedNever();
            builder.HasOne<Account>().WithMany().HasForeignKey(session => session.AccountId);
        }
    }
}
