namespace OpsDashboard.Metrics.Intake;

/// <summary>Section <c>Intake</c>.</summary>
public sealed class IntakeOptions
{
    /// <summary>Compressed bytes of one remote write or OTLP request.</summary>
    public int MaxWriteBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Uncompressed bytes of one remote write or OTLP request.</summary>
    public int MaxWriteBytesUncompressed { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one OpenMetrics text over HTTP; it is kept in a temporary file until it was read to its end. What is larger goes in by the command <c>import</c>.</summary>
    public long MaxImportBytes { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>OpenMetrics texts that are taken over HTTP at a time, so that their files do not fill the disk.</summary>
    public int MaxImports { get; set; } = 2;
}
