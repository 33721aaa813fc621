using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Silences;

/// <summary>While something of a feature above goes on, nobody is told of the alerts of one system that all matchers match; they stay visible. Immutable.</summary>
/// <param name="By">Who mutes, in few words: RUN-12, Restart the API.</param>
/// <param name="Url">The page that tells more, relative.</param>
public sealed record AlertMute(string SystemId, IReadOnlyList<LabelMatcher> Matchers, string By, string Url)
{
    public bool Matches(Labels labels) => labels["system"] == SystemId && Matchers.All(matcher => matcher.Matches(labels));
}

/// <summary>Which alerts are muted now. Thread-safe, no I/O; <see cref="SilencesChanged"/> tells of changes.</summary>
public interface IAlertMutes
{
    IReadOnlyList<AlertMute> Current { get; }
}
