using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Audit;

/// <summary>One link of the chain, as <c>FORMAT.md</c> specifies it. Never changed, never deleted: the database refuses both.</summary>
public sealed class AuditEntry
{
    public required long Sequence { get; init; }
    public required int FormatVersion { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ActorId { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public required AuditOutcome Outcome { get; init; }
    public required byte[] ParticularsHash { get; init; }
    public required byte[] Hash { get; init; }

    sealed class Table : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.HasKey(entry => entry.Sequence);
            builder.Property(entry => entry.Sequence).ValueGeneratedNever();
            builder.HasIndex(entry => entry.At);
            builder.HasIndex(entry => entry.ActorId);
            builder.HasIndex(entry => entry.Action);
            builder.HasIndex(entry => entry.Subject);
        }
    }
}

/// <summary>The text behind an entry's particulars. A row of its own because a person's data can be erased without breaking the chain.</summary>
public sealed class AuditParticulars
{
    public required long Sequence { get; init; }
    public required byte[] Salt { get; init; }

    /// <summary>JSON, hashed exactly as it stands here.</summary>
    public required string Text { get; init; }

    sealed class Table : IEntityTypeConfiguration<AuditParticulars>
    {
        public void Configure(EntityTypeBuilder<AuditParticulars> builder)
        {
            builder.HasKey(particulars => particulars.Sequence);
            builder.Property(particulars => particulars.Sequence).ValueGeneratedNever();
        }
    }
}

/// <summary>What an actor was last called. Erasable.</summary>
public sealed class AuditName
{
    public required string ActorId { get; init; }
    public required string Name { get; init; }

    sealed class Table : IEntityTypeConfiguration<AuditName>
    {
        public void Configure(EntityTypeBuilder<AuditName> builder) => builder.HasKey(name => name.ActorId);
    }
}

/// <summary>A signature over the chain up to and including an entry.</summary>
public sealed class AuditCheckpoint
{
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }
    public required byte[] Hash { get; init; }
    public required byte[] Signature { get; init; }
    public required string KeyId { get; init; }

    sealed class Table : IEntityTypeConfiguration<AuditCheckpoint>
    {
        public void Configure(EntityTypeBuilder<AuditCheckpoint> builder)
        {
            builder.HasKey(checkpoint => checkpoint.Sequence);
            builder.Property(checkpoint => checkpoint.Sequence).ValueGeneratedNever();
        }
    }
}

/// <summary>A key that signs checkpoints. The private half is here only with PostgreSQL; with SQLite it is a file in the data directory.</summary>
public sealed class AuditKey
{
    public required string KeyId { get; init; }
    public required byte[] PublicKey { get; init; }
    public byte[]? PrivateKey { get; init; }

    sealed class Table : IEntityTypeConfiguration<AuditKey>
    {
        public void Configure(EntityTypeBuilder<AuditKey> builder) => builder.HasKey(key => key.KeyId);
    }
}
