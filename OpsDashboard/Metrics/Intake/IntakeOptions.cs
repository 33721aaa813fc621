namespace OpsDashboard.Metrics.Intake;

/// <summary>Section <c>Intake</c>.</summary>
public sealed class IntakeOptions
{
    /// <summary>Compressed bytes of one remote write request.</summary>
    public int MaxWriteBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Uncompressed bytes of one remote write request.</summary>
    public int MaxWriteBytesUncompressed { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one OpenMetrics file over HTTP; it is kept in a temporary file until it was read to its end.</summary>
    public long MaxImportBytes { get; set; } = 16L * 1024 * 1024 * 1024;
}
