namespace OpsDashboard.Metrics.Beacons;

/// <summary>What one browser told in one batch, checked against <c>FORMAT.md</c>.</summary>
/// <param name="Page">Path with ids replaced.</param>
/// <param name="IsSimulated">No browser measured it.</param>
/// <param name="Frames">Frames in each full visible second, oldest first.</param>
public sealed record Beacon(
    string Page,
    bool IsSimulated,
    IReadOnlyList<double> Frames,
    double? HeapBytes,
    IReadOnlyList<PageRequest> Requests,
    IReadOnlyList<PageError> Errors,
    double? Rating,
    string RatingSource);

/// <summary>A request that a page made.</summary>
public readonly record struct PageRequest(string Path, double Seconds);

/// <param name="Kind">error or rejection.</param>
/// <param name="Class">The error's type, letters only.</param>
/// <param name="Hash">Of its message; the text itself may hold personal data and never leaves the browser.</param>
public readonly record struct PageError(string Kind, string Class, string Hash, int Count);
