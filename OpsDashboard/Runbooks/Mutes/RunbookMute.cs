namespace OpsDashboard.Runbooks.Mutes;

/// <summary>Alerts of the runbook's own system of which nobody is told while it runs. Immutable.</summary>
/// <param name="Matchers">As Alertmanager writes them.</param>
/// <param name="For">At most as long; null: until the run ends.</param>
public sealed record RunbookMute(IReadOnlyList<string> Matchers, TimeSpan? For)
{
    public string Words => $"{string.Join(", ", Matchers)} {(For is { } most ? $"for at most {RunWords.Short(most)}" : "until it ends")}";
}
