using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Ui;

namespace OpsDashboard.Metrics.Pages;

/// <summary>What the page's address asks for.</summary>
/// <param name="State">failing, silent, missed, paused, ok; null for all.</param>
public sealed record CollectorFilter(string? System, string? State, string? Text)
{
    public static readonly string[] States = ["failing", "silent", "missed", "paused", "ok"];

    public bool Admits(CollectorState state) =>
        (string.IsNullOrEmpty(System) || state.Target.SystemId == System) && AdmitsState(state)
        && (string.IsNullOrEmpty(Text) || Words(state).Any(word => word.Contains(Text, StringComparison.OrdinalIgnoreCase)));

    bool AdmitsState(CollectorState state) => State switch
    {
        "failing" => state.Health == CollectorHealth.Failing,
        "silent" => state.SilentCount > 0,
        "missed" => state.MissedTicks > 0,
        "paused" => state.Pause is not null,
        "ok" => state.Health == CollectorHealth.Ok,
        _ => true,
    };

    static IEnumerable<string> Words(CollectorState state) => [state.Target.Id, state.Target.Place, state.Target.Kind, state.Reason ?? ""];
}

/// <summary>How a state is said: tone, word, sentence, and its place among the others.</summary>
public static class CollectorWords
{
    public static Tone Tone(this CollectorState state) => state switch
    {
        { Pause: not null } => Ui.Tone.Maintenance,
        { LastRunAt: null } => Ui.Tone.Unknown,
        { Health: CollectorHealth.Failing } => Ui.Tone.Critical,
        { SilentCount: > 0 } or { Note: not null } => Ui.Tone.Warning,
        _ => Ui.Tone.Ok,
    };

    public static string Word(this CollectorState state) => state switch
    {
        { Pause: not null } => "Paused",
        { LastRunAt: null } => "Not yet run",
        { Health: CollectorHealth.Failing } => "Failing",
        { SilentCount: > 0 } => "Series missing",
        { Note: not null } => "Incomplete",
        _ => "Ok",
    };

    public static string? Sentence(this CollectorState state) => state switch
    {
        { Pause: { } pause } => Said(pause),
        { Health: CollectorHealth.Failing, ConsecutiveFailures: > 1 } => $"{state.Reason} {state.ConsecutiveFailures} times in a row.",
        { Health: CollectorHealth.Failing } => state.Reason,
        { Note: not null } => state.Note,
        { SilentCount: > 0 } => $"{state.SilentCount} series that it reported before no longer come.",
        _ => null,
    };

    /// <summary>Who paused it and why.</summary>
    public static string Said(CollectorPause pause) => pause.Reason is { } reason ? $"Paused by {pause.By}: {reason}" : $"Paused by {pause.By}.";

    /// <summary>Worst first; among equals the longest failing, then by name.</summary>
    public static IEnumerable<CollectorState> WorstFirst(this IEnumerable<CollectorState> states) =>
        states.OrderBy(state => Rank(state)).ThenByDescending(state => state.SilentCount > 0).ThenBy(state => state.Target.Id, StringComparer.Ordinal);

    static int Rank(CollectorState state) => state.Tone() switch
    {
        Ui.Tone.Critical => 0,
        Ui.Tone.Unknown => 1,
        Ui.Tone.Warning => 2,
        Ui.Tone.Maintenance => 3,
        _ => 4,
    };
}
