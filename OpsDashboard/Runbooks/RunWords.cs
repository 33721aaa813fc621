using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks;

/// <summary>What pages and endpoints say of runs alike.</summary>
public static class RunWords
{
    /// <summary>RUNNING, SUCCEEDED AND EFFECTIVE…</summary>
    public static string State(Run run) => run switch
    {
        { Status: RunStatus.Succeeded, Effect: RunEffect.Effective } => "Succeeded and effective",
        { Status: RunStatus.Succeeded, Effect: RunEffect.NotEffective } => "Succeeded, not effective",
        { Status: RunStatus.Succeeded, Effect: RunEffect.Unproven } => "Ended, unproven",
        { IsInLine: true } => "In line",
        { IsAtTurn: true } => "Its turn: start it?",
        { AskedUntil: not null } => "Waits for approval",
        { Status: RunStatus.Waiting or RunStatus.Running, NeedsAPerson: true } => "Waits for a person",
        { Status: RunStatus.Waiting } => "Waits",
        { Status: RunStatus.Running, IsCompensating: true } => "Undoes what it did",
        { Status: RunStatus.Running, ProvingSince: not null } => "Watches the goal",
        { Abort: not null, IsOver: false } => "Is being aborted",
        _ => run.Status.ToString(),
    };

    public static Tone ToneOf(Run run) => run switch
    {
        { Status: RunStatus.Failed } => Tone.Critical,
        { Status: RunStatus.Interrupted } or { NeedsAPerson: true } => Tone.Warning,
        { Effect: RunEffect.NotEffective } => Tone.Warning,
        { Effect: RunEffect.Unproven } => Tone.Unknown,
        { Status: RunStatus.Succeeded } => Tone.Ok,
        { Status: RunStatus.Aborted } => Tone.Maintenance,
        _ => Tone.Plain,
    };

    public static Tone ToneOf(StepState state) => state switch
    {
        StepState.Done => Tone.Ok,
        StepState.Failed => Tone.Critical,
        StepState.Unknown => Tone.Unknown,
        StepState.Waiting => Tone.Warning,
        StepState.Skipped => Tone.Maintenance,
        _ => Tone.Plain,
    };

    public static string Of(StepState state) => state switch { StepState.Unknown => "Outcome unknown", StepState.Pending => "To do", _ => state.ToString() };

    /// <summary>How long it took, or takes so far; empty before it began.</summary>
    public static string Took(StepRun step, DateTimeOffset now) =>
        step.Took is { } took ? Short(took) : step is { State: StepState.Running or StepState.Waiting, StartedAt: { } started } ? Short(now - started) : "";

    public static Tone ToneOf(RiskClass risk) => risk switch
    {
        RiskClass.Irreversible => Tone.Critical,
        RiskClass.DataChanging => Tone.Warning,
        _ => Tone.Plain,
    };

    /// <summary>worked 4 of 5; empty where it never ended.</summary>
    public static string Record(RunRecord? record) => record switch
    {
        null or { Ended: 0 } => "never run",
        { Judged: > 0 } => $"worked {record.Effective} of {record.Judged}",
        _ => $"got through {record.Succeeded} of {record.Ended}",
    };

    /// <summary>The command as one line for people; arguments with blanks in quotes.</summary>
    public static string Command(IReadOnlyList<string> argv) => string.Join(' ', argv.Select(argument => argument.Length == 0 || argument.Any(char.IsWhiteSpace) ? $"'{argument}'" : argument));

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    public static string Short(TimeSpan span) => PrometheusDuration.Format(TimeSpan.FromSeconds(Math.Max(0, Math.Round(span.TotalSeconds))));
}
