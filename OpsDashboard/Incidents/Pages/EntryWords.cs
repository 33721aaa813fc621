using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Pages;

/// <summary>How lines of a timeline look.</summary>
public static class EntryWords
{
    public static string Of(EntryKind kind) => kind.ToString();

    public static string Icon(EntryKind kind) => kind switch
    {
        EntryKind.Opened or EntryKind.Status or EntryKind.Severity => "flag",
        EntryKind.Alert => "bell",
        EntryKind.Role => "person",
        EntryKind.Impact => "critical",
        EntryKind.Decision => "ok",
        EntryKind.Hypothesis => "unknown",
        EntryKind.Run => "run",
        EntryKind.Told => "mail",
        EntryKind.Change => "deployment",
        EntryKind.Metric => "metrics",
        EntryKind.Task or EntryKind.Phase => "runbook",
        EntryKind.Declined => "close",
        EntryKind.Linked => "link",
        EntryKind.Chat => "chat",
        _ => "edit",
    };

    public static Tone ToneOf(TimelineEntry entry) => entry.Kind switch
    {
        EntryKind.Impact or EntryKind.Opened => Tone.Critical,
        EntryKind.Alert => entry.Key.EndsWith("/over", StringComparison.Ordinal) ? Tone.Ok : entry.Key.StartsWith("ack/", StringComparison.Ordinal) ? Tone.Plain : Tone.Warning,
        EntryKind.Decision => Tone.Ok,
        _ => Tone.Plain,
    };

    /// <summary>The kinds of a filter; null: all.</summary>
    public static IReadOnlyCollection<EntryKind>? Kinds(string? show) => show switch
    {
        "decisions" => [EntryKind.Decision, EntryKind.Hypothesis, EntryKind.Declined, EntryKind.Status, EntryKind.Severity],
        "actions" => [EntryKind.Run, EntryKind.Change, EntryKind.Task, EntryKind.Phase],
        "told" => [EntryKind.Told],
        _ => null,
    };
}
