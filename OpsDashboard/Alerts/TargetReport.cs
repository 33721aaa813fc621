using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts;

/// <summary>What a target's last runs say, as far as health needs it.</summary>
/// <param name="IsProbe">It asks whether the component answers; otherwise it reads samples, and its failure means that we know nothing.</param>
/// <param name="IsOk">The last run got everything it expected.</param>
/// <param name="Since">When <paramref name="IsOk"/> last changed.</param>
/// <param name="ConsecutiveFailures">Runs that failed in a row.</param>
/// <param name="IsFirstTry">It has run once since it began: at the start of a busy machine that may fail without meaning anything.</param>
/// <param name="Reason">Why it failed, a sentence without its full stop; null when it is ok.</param>
/// <param name="Failure">What kind of failure that was.</param>
public sealed record TargetReport(string SystemId, string ComponentId, string TargetId, bool IsProbe, bool IsOk, DateTimeOffset Since, int ConsecutiveFailures, string? Reason, bool IsFirstTry = false, CollectFailure Failure = CollectFailure.None)
{
    /// <summary>The component that answers for this one, or null.</summary>
    public string? Through { get; init; }

    /// <summary>It failed although something came back, only not what was expected: "does not answer" would be wrong.</summary>
    public bool HasAnswered => Failure is CollectFailure.BadStatus or CollectFailure.Malformed or CollectFailure.TooLarge or CollectFailure.TooManySeries
        or CollectFailure.AssertionFailed or CollectFailure.AuthenticationFailed or CollectFailure.NotReady;

    /// <summary>Failures of one kind in one system have most likely one cause.</summary>
    public string Kind => Failure is CollectFailure.Refused or CollectFailure.TimedOut or CollectFailure.NameNotResolved ? "unreachable" : Failure.ToString();
}
