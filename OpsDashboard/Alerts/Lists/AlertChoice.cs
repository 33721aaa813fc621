using Microsoft.Extensions.Primitives;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Lists;

/// <summary>What somebody chose in the list: single alerts, whole groups, or everything that the filter passes.</summary>
public sealed record AlertChoice(IReadOnlySet<Guid> Alerts, IReadOnlySet<string> Groups, bool IsAll, AlertFilter Filter)
{
    /// <summary>As the list's form says it: fields alert, group, all, and those of the filter.</summary>
    public static AlertChoice Of(IFormCollection form) => new(
        form["alert"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToHashSet(),
        form["group"].OfType<string>().ToHashSet(),
        form["all"] == "true",
        new(Said(form["state"]), Said(form["severity"]), Said(form["system"]), Said(form["owner"]), Said(form["silenced"]), Said(form["q"]), Said(form["ingroup"])));

    /// <summary>The open alerts that are meant and that the actor may handle.</summary>
    public IReadOnlyList<Guid> In(IReadOnlyList<HandledAlert> alerts, Actor actor) =>
    [
        .. alerts.Where(one => one.Alert.IsOpen && IsMeant(one, actor) && actor.May(Permission.AcknowledgeAlerts, one.Alert.SystemId)).Select(one => one.Alert.Id),
    ];

    bool IsMeant(HandledAlert one, Actor actor) =>
        Alerts.Contains(one.Alert.Id)
        || (Groups.Contains(AlertFilter.KeyOf(one.Alert)) && Filter.Passes(one, actor))
        || (IsAll && Filter.Passes(one, actor));

    static string? Said(StringValues values) => values.ToString() is { Length: > 0 } text ? text : null;
}
