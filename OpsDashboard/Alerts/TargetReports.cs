using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts;

/// <summary>Reads the collectors' states as health needs them.</summary>
static class TargetReports
{
    /// <summary>Kinds that ask whether a component answers; the others only read samples.</summary>
    static readonly HashSet<string> ProbeKinds = ["http", "tcp", "postgres", "redis", "heartbeat"];

    /// <summary>Targets that are paused or have not run yet say nothing.</summary>
    public static IEnumerable<TargetReport> From(IEnumerable<CollectorState> states) =>
        from state in states
        where state.Health != CollectorHealth.Unknown
        let target = state.Target
        let isOk = state.Health == CollectorHealth.Ok
        select new TargetReport(target.SystemId, target.ComponentId, target.Id, ProbeKinds.Contains(target.Kind), isOk,
            state.ChangedAt ?? state.LastRunAt!.Value, state.ConsecutiveFailures, isOk ? null : Clause(state), state.History.Count == 1, state.Failure)
        {
            Through = target.Through,
        };

    /// <summary>The reason as the end of a sentence: no full stop, and no capital where it is an ordinary word.</summary>
    static string Clause(CollectorState state)
    {
        var reason = (state.Reason ?? state.Failure.ToString()).TrimEnd('.');
        return reason is [var first, var second, ..] && char.IsUpper(first) && char.IsLower(second) ? char.ToLowerInvariant(first) + reason[1..] : reason;
    }
}
