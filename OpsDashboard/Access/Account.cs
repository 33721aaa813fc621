using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>A person who may sign in. Disabled, never deleted: the audit log names it.</summary>
public sealed class Account : IVersioned
{
    public required Guid Id { get; init; }
    public required string Email { get; set; }

    /// <summary>The e-mail as it is compared: trimmed and in lower case.</summary>
    public required string EmailKey { get; set; }
    public required string Name { get; set; }

    /// <summary>Null: this person signs in with one-time links only.</summary>
    public string? PasswordHash { get; set; }
    public required IReadOnlyList<Grant> Grants { get; set; }

    /// <summary>Changes whenever everything that was signed in with the account must end.</summary>
    public required string Stamp { get; set; }
    public bool IsDisabled { get; set; }
    public int FailedSignIns { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastSignInAt { get; set; }
    public int Version { get; set; } = 1;

    public static string KeyOf(string email) => email.Trim().ToLowerInvariant();

    sealed class Table : IEntityTypeConfiguration<Account>
    {
        public void Configure(EntityTypeBuilder<Account> builder)
        {
            builder.HasKey(account => account.Id);
            builder.Property(account => account.Id).ValueGeneratedNever();
            builder.HasIndex(account => account.EmailKey).IsUnique();
            builder.Property(account => account.Grants).HasConversion(GrantText.Converter, GrantText.Comparer);
        }
    }
}
