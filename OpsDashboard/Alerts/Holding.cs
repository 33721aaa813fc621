using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

/// <summary>A label set for which a rule's condition is true at an instant, texts filled in.</summary>
/// <param name="Labels">The alert's labels, without the metric's name.</param>
/// <param name="Fingerprint">See <see cref="Alert.Fingerprint"/>.</param>
public sealed record Holding(Labels Labels, ulong Fingerprint, double Value, IReadOnlyDictionary<string, string> Annotations);
