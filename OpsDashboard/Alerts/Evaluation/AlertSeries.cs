using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// The series by which alerts can be queried, as Prometheus writes them: <c>ALERTS{alertstate="pending|firing"}</c> is 1 and
/// <c>ALERTS_FOR_STATE</c> the second since which the condition holds. Not thread-safe.
/// </summary>
sealed class AlertSeries(WrittenSeries written)
{
    public const string States = "ALERTS", ForStates = "ALERTS_FOR_STATE";

    readonly Dictionary<ulong, (Labels Of, AlertState State, Labels States, Labels ForStates)> names = [];

    public void Add(Alert alert, long at)
    {
        if (!names.TryGetValue(alert.Fingerprint, out var name) || name.State != alert.State || !ReferenceEquals(name.Of, alert.Labels))
            names[alert.Fingerprint] = name = (alert.Labels, alert.State, StatesOf(alert), alert.Labels.With(Labels.NameLabel, ForStates));
        written.Add(name.States, at, 1);
        written.Add(name.ForStates, at, alert.ActiveAt.ToUnixTimeSeconds());
    }

    public void Trim(int alive)
    {
        if (names.Count > 2 * (alive + 100))
            names.Clear();
    }

    static Labels StatesOf(Alert alert) =>
        alert.Labels.With(Labels.NameLabel, States).With("alertstate", alert.State == AlertState.Firing ? "firing" : "pending");
}
