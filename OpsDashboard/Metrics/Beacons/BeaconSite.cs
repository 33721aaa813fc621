namespace OpsDashboard.Metrics.Beacons;

public enum BeaconRefusal { Malformed, Origin, Rate, Size }

/// <summary>One target's pages: who may post, how often, and what was posted. Thread-safe.</summary>
public sealed class BeaconSite(BeaconOptions options, TimeProvider clock)
{
    readonly long[] refusals = new long[Enum.GetValues<BeaconRefusal>().Length];
    readonly SourceLimit limit = new(options.Rate, clock);

    public BeaconOptions Options => options;

    public BeaconFigures Figures { get; } = new(options.Window, options.MaxPages);

    public bool Allows(string? origin) => origin is not null && options.Origins.Contains(origin.ToLowerInvariant());

    /// <summary>Null: go on. Else how long to wait.</summary>
    public TimeSpan? Take(string source) => limit.Take(source);

    public void Count(Beacon beacon) => Figures.Add(beacon, clock.GetUtcNow().ToUnixTimeMilliseconds());

    public void CountRefusal(BeaconRefusal reason) => Interlocked.Increment(ref refusals[(int)reason]);

    public IEnumerable<(BeaconRefusal Reason, long Count)> Refusals => Enum.GetValues<BeaconRefusal>().Select(reason => (reason, Interlocked.Read(ref refusals[(int)reason])));
}
