using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary>A browser that asked to be woken. Its address is a capability, so that it is stored protected.</summary>
sealed class PushSubscription
{
    public required Guid Id { get; init; }

    /// <summary>Id of the person's account.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>SHA-256 of the address: the same browser subscribes once.</summary>
    public required byte[] EndpointHash { get; init; }

    /// <summary>Address and keys (RFC 8291), protected.</summary>
    public required string Protected { get; set; }

    /// <summary>What the person sees, e.g. "Chrome on Android".</summary>
    public required string Device { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; set; }

    sealed class Table : IEntityTypeConfiguration<PushSubscription>
    {
        public void Configure(EntityTypeBuilder<PushSubscription> builder)
        {
            builder.HasKey(subscription => subscription.Id);
            builder.Property(subscription => subscription.Id).ValueGeneratedNever();
            builder.Property(subscription => subscription.Device).HasMaxLength(200);
            builder.HasIndex(subscription => subscription.EndpointHash).IsUnique();
            builder.HasIndex(subscription => subscription.AccountId);
        }
    }
}

/// <summary>The key pair by which push services know this dashboard (RFC 8292), made at the first start.</summary>
sealed class VapidKey
{
    public const int OnlyId = 1;

    public required int Id { get; init; }

    /// <summary>Uncompressed P-256 point.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>PKCS #8, protected.</summary>
    public required string PrivateKey { get; init; }

    sealed class Table : IEntityTypeConfiguration<VapidKey>
    {
        public void Configure(EntityTypeBuilder<VapidKey> builder)
        {
            builder.HasKey(key => key.Id);
            builder.Property(key => key.Id).ValueGeneratedNever();
        }
    }
}
