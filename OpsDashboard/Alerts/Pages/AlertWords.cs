using OpsDashboard.Alerts.Story;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages;

/// <summary>The pages' own words for states, events and what a form came to.</summary>
static class AlertWords
{
    public static Tone ToneOf(Alert alert) => (alert.State, alert.Severity) switch
    {
        (AlertState.Resolved or AlertState.Inactive, _) => Tone.Ok,
        (AlertState.Firing, "critical") => Tone.Critical,
        (AlertState.Firing or AlertState.Pending, "warning" or "critical") => Tone.Warning,
        _ => Tone.Plain,
    };

    public static string StateOf(Alert alert) => alert.State switch
    {
        AlertState.Firing => "Firing",
        AlertState.Pending => "Pending",
        _ => "Resolved",
    };

    /// <summary>above 150 MB: in words what the condition asks.</summary>
    public static string Side(ThresholdForm form) => form.Operator switch { ">" => "above", ">=" => "at or above", "<" => "below", "<=" => "at or below", "==" => "at", _ => "other than" };

    public static string? Said(string? code) => code switch
    {
        "acknowledged" => "You have it in hand.",
        "released" => "Nobody has it in hand now.",
        "passed-on" => "Passed on: the next level is paged now.",
        "noted" => "The note is kept.",
        "silenced" => "Silenced. It stays visible; nobody is told meanwhile.",
        "sent" => "It is on its way again.",
        _ => null,
    };

    public static string? Problem(string? code) => code switch
    {
        null or "" => null,
        "held" => "Nothing was changed: somebody else has it in hand already. You can take it over.",
        "over" => "Nothing was changed: the alert is resolved already.",
        "none" => "Nothing was changed: no open alert was chosen.",
        "last-level" => "Nothing was changed: nobody is paged for it any more, or there is no further level.",
        "denied" => "Nothing was changed: your role does not allow this here.",
        "gone" => "Nothing was changed: there is no such alert that you may see.",
        "note" => "Nothing was changed: the note is too long.",
        "text" => "Nothing was kept: a note has between 1 and 2000 characters.",
        "for" => "Nothing was changed: the time is a duration such as 30m or 2h, between one minute and seven days.",
        "reason" => "Nothing was silenced: say why, somebody will ask.",
        "matchers" => "Nothing was silenced: one of the matchers cannot be read, or they would match everything.",
        _ => "Nothing was changed. Look at what you entered and try again.",
    };

    public static (string Icon, Tone Tone) LookOf(AlertEventKind kind) => kind switch
    {
        AlertEventKind.Fired => ("critical", Tone.Critical),
        AlertEventKind.Resolved => ("ok", Tone.Ok),
        AlertEventKind.NotReached => ("warning", Tone.Warning),
        AlertEventKind.Acknowledged => ("person", Tone.Plain),
        AlertEventKind.Released => ("person", Tone.Plain),
        AlertEventKind.Silenced => ("pause", Tone.Plain),
        AlertEventKind.Noted => ("edit", Tone.Plain),
        AlertEventKind.Told => ("bell", Tone.Plain),
        _ => ("clock", Tone.Plain),
    };
}
