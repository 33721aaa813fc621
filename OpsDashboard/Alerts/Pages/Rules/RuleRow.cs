using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages.Rules;

/// <summary>How a rule stands, worst first.</summary>
public enum RuleStanding { Failing, Firing, Pending, Quiet, Unknown, Recording, Off }

/// <summary>A rule as the list shows it.</summary>
/// <param name="Open">Its pending and firing alerts.</param>
/// <param name="Fired">In the last 30 days.</param>
public sealed record RuleRow(RuleGroupStatus Group, RuleStatus Status, IReadOnlyList<Alert> Open, int Fired)
{
    public GroupRule Rule => Status.Rule;

    public string? Off => (Rule as AlertRule)?.Extras.Off;

    public RuleStanding Standing => Off is not null ? RuleStanding.Off
        : Status.Health == RuleHealth.Failing ? RuleStanding.Failing
        : Open.Any(alert => alert.State == AlertState.Firing) ? RuleStanding.Firing
        : Open.Count > 0 ? RuleStanding.Pending
        : Status.Health == RuleHealth.Unknown ? RuleStanding.Unknown
        : Rule is RecordingRule ? RuleStanding.Recording
        : RuleStanding.Quiet;

    public Tone Tone => Standing switch
    {
        RuleStanding.Failing or RuleStanding.Unknown => Tone.Unknown,
        RuleStanding.Firing => Open.Any(alert => alert is { State: AlertState.Firing, Severity: "critical" }) ? Tone.Critical : Open.Any(alert => alert.Severity == "warning") ? Tone.Warning : Tone.Plain,
        RuleStanding.Pending => Tone.Warning,
        RuleStanding.Off => Tone.Plain,
        _ => Tone.Ok,
    };

    public string Word => Standing switch { RuleStanding.Unknown => "Not evaluated yet", var standing => standing.ToString() };

    /// <summary>What to say below the name: why it is off or fails, else what it does.</summary>
    public string Says => Off is { } reason ? reason : Status.LastError is { } error && Standing == RuleStanding.Failing ? error : RuleWords.Of(Rule).First();
}

/// <summary>The list's filters, as they stand in the address.</summary>
public sealed record RuleFilter(string? Text, string? SystemId, string? State)
{
    public static readonly (string Value, string Text)[] States =
        [("firing", "Firing"), ("pending", "Pending"), ("failing", "Failing"), ("missed", "With missed ticks"), ("never", "Never fired in 30 d"), ("off", "Off"), ("recording", "Recording")];

    public bool Admits(RuleRow row) =>
        (string.IsNullOrEmpty(SystemId) || row.Status.SystemId == SystemId)
        && State switch
        {
            null or "" => true,
            "missed" => row.Status.MissedTicks > 0,
            "never" => row is { Fired: 0, Open.Count: 0, Rule: AlertRule, Off: null },
            "recording" => row.Rule is RecordingRule,
            _ => row.Standing.ToString().Equals(State, StringComparison.OrdinalIgnoreCase),
        }
        && (string.IsNullOrWhiteSpace(Text) || Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Words(row).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))));

    static IEnumerable<string> Words(RuleRow row) => [row.Rule.Id, row.Rule.Expression, row.Says, .. row.Rule.Labels.Values, .. (row.Rule as AlertRule)?.Annotations.Values ?? []];
}
