namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>What a target of kind redis says besides its address.</summary>
/// <param name="Count">Patterns whose keys are counted with SCAN.</param>
/// <param name="Sample">Ten keys of this pattern are shown with their time to live; null shows none.</param>
/// <param name="ScanBudget">A run scans no longer than this, over all patterns, and goes on in the next.</param>
/// <param name="Window">The span of the hit ratio.</param>
public sealed record RedisOptions(SecretSource Password, int Database, bool Tls, IReadOnlyList<string> Count, string? Sample, TimeSpan ScanBudget, TimeSpan Window);
