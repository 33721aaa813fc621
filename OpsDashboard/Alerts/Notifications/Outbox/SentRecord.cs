using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Alerts.Notifications.Outbox;

/// <summary>What a receiver was last told of a group (Alertmanager's notification log): decides whether there is news.</summary>
sealed class SentRecord
{
    /// <summary>Hash of group and receiver, hexadecimal.</summary>
    public required string Key { get; init; }
    public required string GroupKey { get; init; }
    public required string Receiver { get; init; }

    /// <summary>Ids of the firing alerts it was told of, eight bytes each, sorted.</summary>
    public required byte[] Firing { get; set; }
    public required DateTimeOffset SentAt { get; set; }

    public static byte[] Write(IEnumerable<ulong> ids) => MemoryMarshal.AsBytes<ulong>(ids.Order().ToArray()).ToArray();

    public static HashSet<ulong> Read(byte[] bytes) => [.. MemoryMarshal.Cast<byte, ulong>(bytes)];

    sealed class Table : IEntityTypeConfiguration<SentRecord>
    {
        public void Configure(EntityTypeBuilder<SentRecord> builder)
        {
            builder.HasKey(record => record.Key);
            builder.Property(record => record.Key).HasMaxLength(64);
            builder.Property(record => record.Receiver).HasMaxLength(200);
            builder.HasIndex(record => record.SentAt);
        }
    }
}
