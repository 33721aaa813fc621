using System.Data.Common;
using OpsDashboard.Metrics.Store.Blobs;

namespace OpsDashboard.Metrics.Store.Database;

/// <summary>Rows of the store's tables, which both databases give in the same columns.</summary>
static class SampleRows
{
    /// <summary>id, labels</summary>
    public static StoredSeries Series(DbDataReader reader) => new(reader.GetInt64(0), LabelsBlob.Decode(reader.GetFieldValue<byte[]>(1)));

    /// <summary>name, kind, help, unit</summary>
    public static MetricMetadata Metadata(DbDataReader reader) => new(reader.GetString(0), (MetricKind)reader.GetInt32(1), reader.GetString(2), reader.GetString(3));

    /// <summary>process, sequence, max_at, data</summary>
    public static WalRecord Wal(DbDataReader reader) => new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));

    /// <summary>Another column, then min_at, max_at, count, seal, data</summary>
    public static StoredChunk Chunk(DbDataReader reader, long series, Tier tier) => new(series, tier, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5));

    public static (long, long) Pair(DbDataReader reader) => (reader.GetInt64(0), reader.GetInt64(1));
}
