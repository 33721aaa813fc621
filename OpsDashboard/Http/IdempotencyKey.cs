using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Http;

/// <summary>What a POST with an <c>Idempotency-Key</c> answered. Kept 24 hours.</summary>
sealed class IdempotencyKey
{
    /// <summary>SHA-256 of actor, method, path and key.</summary>
    public required byte[] Id { get; init; }
    public required byte[] BodyHash { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>0 while it runs, and after a crash.</summary>
    public int Status { get; set; }
    public string? ContentType { get; set; }
    public string? Location { get; set; }
    public string? ETag { get; set; }

    /// <summary>Null where the answer held a secret.</summary>
    public byte[]? Body { get; set; }

    sealed class Table : IEntityTypeConfiguration<IdempotencyKey>
    {
        public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
        {
            builder.HasKey(key => key.Id);
            builder.HasIndex(key => key.StartedAt);
        }
    }
}

/// <summary>Marks an endpoint whose answer holds a secret: it is never stored, so a repeated key is answered with 409 instead.</summary>
public sealed class SecretAnswer;
