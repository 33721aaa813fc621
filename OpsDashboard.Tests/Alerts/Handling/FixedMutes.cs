using OpsDashboard.Alerts.Silences;

namespace OpsDashboard.Tests.Alerts.Handling;

/// <summary>Mutes what the test says.</summary>
public sealed class FixedMutes : IAlertMutes
{
    public IReadOnlyList<AlertMute> Current { get; set; } = [];
}
