namespace OpsDashboard.Metrics.Beacons;

/// <summary>What a target of kind beacon says besides its address.</summary>
/// <param name="WriteKey">Public: it only says whose page it is.</param>
/// <param name="Origins">scheme://host:port, exactly as browsers send it.</param>
/// <param name="Rate">Beacons a second from one address; twice as many in a burst.</param>
/// <param name="Window">The span of the gauges.</param>
/// <param name="MaxPages">Further pages are counted as <c>other</c>.</param>
public sealed record BeaconOptions(string WriteKey, IReadOnlyList<string> Origins, double Rate, TimeSpan Window, int MaxPages);
