namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <summary>What a job said of its last run.</summary>
/// <param name="At">When it was received, in milliseconds since 1970 UTC.</param>
/// <param name="HasFailed">The job itself says that it failed.</param>
/// <param name="Seconds">How long it took, if it said so.</param>
/// <param name="Message">The job's words; kept in memory only.</param>
public sealed record HeartbeatReport(long At, bool HasFailed, double? Seconds, string? Message);
