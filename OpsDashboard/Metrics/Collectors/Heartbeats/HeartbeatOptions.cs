namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <param name="Every">A report is due this often.</param>
/// <param name="Grace">And may be late by this much.</param>
public sealed record HeartbeatOptions(TimeSpan Every, TimeSpan Grace);
