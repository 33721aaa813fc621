using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Api;

/// <summary>The history of alerts under /api/alerts, and /api/rules with the machinery's health.</summary>
static class AlertEndpoints
{
    public sealed record AlertAnswer(Guid Id, string RuleId, string Name, string? SystemId, string? ComponentId, string Severity, AlertState State, string Summary, double? Value, double? ValueAtTrigger,
        DateTimeOffset ActiveAt, DateTimeOffset? FiredAt, DateTimeOffset? ResolvedAt, string Expression, TimeSpan For, string Fingerprint, Guid? InhibitedBy, double FlapScore, bool IsFlapping,
        IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

    public sealed record TransitionAnswer(long Sequence, AlertState From, AlertState To, DateTimeOffset At, double? Value, string Severity, bool IsInhibited);

    public sealed record RuleAnswer(string Id, string SystemId, string Group, string Name, string Kind, string Expression, RuleHealth Health, string? LastError, DateTimeOffset? EvaluatedAt, TimeSpan Duration, long MissedTicks, string File, int Line, string? Off, IReadOnlyList<string> Runbooks);

    public static void MapAlertEndpoints(this IEndpointRouteBuilder app)
    {
        var alerts = app.MapGroup("/api/alerts").RequirePermission(Permission.ReadAlerts).WithTags("Alerts");
        alerts.MapGet("/history", HistoryAsync).WithSummary("Lists alerts that fired, the latest first: of a rule, of a label set (fingerprint), of a time.");
        alerts.MapGet("/{id:guid}/transitions", TransitionsAsync).WithSummary("Says what happened to one alert, the oldest first.");
        app.MapGroup("/api/rules").RequirePermission(Permission.ReadAlerts).WithTags("Alerts")
            .MapGet("/", RulesAsync).WithSummary("Lists rules with the health of their evaluation.");
    }

    static async Task<IResult> HistoryAsync(PageRequest page, string? rule, string? system, string? fingerprint, DateTimeOffset? from, DateTimeOffset? to, AlertQuery query, ICurrentActor current, CancellationToken stop)
    {
        ulong? identity = fingerprint is null ? null : ulong.TryParse(fingerprint, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var parsed)
            ? parsed : throw new InvalidInputException("fingerprint", "is a hexadecimal number as an alert's.");
        Guid? before = page.Cursor is null ? null : Guid.TryParse(page.Cursor, out var id) ? id : throw new InvalidInputException("cursor", "is not one that this list gave out.");
        var filter = new AlertHistoryFilter(rule, identity, system is null ? null : [system], from, to);
        return Listed(page.Cut(await query.HistoryAsync(await current.GetAsync(), filter, before, page.Limit + 1, stop), alert => $"{alert.Id}"), Answer);
    }

    static async Task<IResult> TransitionsAsync(Guid id, AlertQuery query, ICurrentActor current, CancellationToken stop)
    {
        var transitions = await query.TransitionsAsync(await current.GetAsync(), id, stop);
        return Listed(new Page<AlertTransition>(transitions, null), one => new TransitionAnswer(one.Sequence, one.From, one.To, one.At, Number(one.Value), one.Severity, one.IsInhibited));
    }

    static async Task<IResult> RulesAsync(PageRequest page, IAlerts alerts, ICurrentActor current)
    {
        var actor = await current.GetAsync();
        var visible = alerts.Groups.Where(group => actor.May(Permission.ReadAlerts, group.SystemId)).SelectMany(group => group.Rules, (group, rule) => (Group: group, Rule: rule)).OrderBy(pair => pair.Rule.Rule.Id, StringComparer.Ordinal);
        return Listed(page.Of(visible, pair => pair.Rule.Rule.Id), pair => new RuleAnswer(pair.Rule.Rule.Id, pair.Rule.SystemId, pair.Group.Group.Name, pair.Rule.Rule.Name, pair.Rule.Rule is AlertRule ? "alert" : "record",
            pair.Rule.Rule.Expression, pair.Rule.Health, pair.Rule.LastError, pair.Rule.EvaluatedAt, pair.Rule.Duration, pair.Rule.MissedTicks, pair.Rule.Rule.File, pair.Rule.Rule.Line,
            (pair.Rule.Rule as AlertRule)?.Extras.Off, (pair.Rule.Rule as AlertRule)?.Extras.Runbooks ?? []));
    }

    static IResult Listed<TItem, TAnswer>(Page<TItem> page, Func<TItem, TAnswer> answer) => Results.Json(new Page<TAnswer>([.. page.Items.Select(answer)], page.Next), Json.Options);

    static AlertAnswer Answer(Alert alert) => new(alert.Id, alert.RuleId, alert.Name, alert.SystemId, alert.ComponentId, alert.Severity, alert.State, alert.Summary, Number(alert.Value), Number(alert.ValueAtTrigger),
        alert.ActiveAt, alert.FiredAt, alert.ResolvedAt, alert.Expression, alert.For, $"{alert.Fingerprint:x16}", alert.InhibitedBy, alert.FlapScore, alert.IsFlapping,
        alert.Labels.ToDictionary(label => label.Name, label => label.Value), alert.Annotations);

    // JSON has no NaN and no infinity.
    static double? Number(double value) => double.IsFinite(value) ? value : null;
}
