using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Lists;

/// <summary>Which alerts a list shows; lives in the page's address.</summary>
/// <param name="State">open (where nothing is said), firing, pending, resolved, all.</param>
/// <param name="Owner">none, me, somebody.</param>
/// <param name="Silenced">yes, no.</param>
/// <param name="Text">Part of name, sentence or a label's value.</param>
/// <param name="Group">Key of one group; null: all.</param>
public sealed record AlertFilter(string? State = null, string? Severity = null, string? System = null, string? Owner = null, string? Silenced = null, string? Text = null, string? Group = null)
{
    /// <summary>The owner that is whoever asks.</summary>
    public const string Mine = "me";

    public bool Passes(HandledAlert one, Actor actor) =>
        PassesState(one.Alert)
        && (Severity is null || one.Alert.Severity == Severity)
        && (System is null || one.Alert.SystemId == System)
        && PassesOwner(one, actor)
        && (Silenced is null || one.IsSilenced == (Silenced == "yes"))
        && (Text is null || PassesText(one.Alert, Text))
        && (Group is null || KeyOf(one.Alert) == Group);

    /// <summary>Alerts of one system and name are one group.</summary>
    public static string KeyOf(Alert alert) => $"{alert.SystemId}/{alert.Name}";

    /// <summary>The same list at an address.</summary>
    public string Url(int page = 0) => Urls.With(Urls.Alerts, ("state", State), ("severity", Severity), ("system", System), ("owner", Owner), ("silenced", Silenced), ("q", Text), ("group", Group), ("page", page > 0 ? $"{page + 1}" : null));

    // The watchdog always fires; it stands in the list of everything only.
    bool PassesState(Alert alert) => State switch
    {
        "all" => true,
        "firing" => alert.State == AlertState.Firing && !IsWatchdog(alert),
        "pending" => alert.State == AlertState.Pending,
        "resolved" => alert.State == AlertState.Resolved,
        _ => alert.IsOpen && !IsWatchdog(alert),
    };

    bool PassesOwner(HandledAlert one, Actor actor) => Owner switch
    {
        "none" => one.Acknowledgement is null,
        Mine => one.Acknowledgement?.OwnerId == actor.Id,
        "somebody" => one.Acknowledgement is not null,
        _ => true,
    };

    static bool PassesText(Alert alert, string text) =>
        alert.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || alert.Summary.Contains(text, StringComparison.OrdinalIgnoreCase)
        || alert.Labels.Any(label => label.Value.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>The alert that says that rules are evaluated.</summary>
    public static bool IsWatchdog(Alert alert) => alert.Name == BuiltInRules.Watchdog && alert.SystemId is null && alert.Origin == AlertOrigin.Rule;
}
