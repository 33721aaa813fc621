using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Handling;

/// <summary><c>/api/alerts</c>: list, read, acknowledge one or many, let go.</summary>
static class AlertEndpoints
{
    /// <param name="Alerts">Ids.</param>
    sealed record BulkBody(IReadOnlyList<Guid>? Alerts, string? Note = null, TimeSpan? For = null, bool TakesOver = false);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/alerts", ListAsync).RequirePermission(Permission.ReadAlerts).WithTags("alerts");
        routes.MapGet("/api/alerts/{id:guid}", ReadAsync).RequirePermission(Permission.ReadAlerts).WithTags("alerts");
        routes.MapPost("/api/alerts/acknowledge", AcknowledgeManyAsync).RequirePermission(Permission.AcknowledgeAlerts).WithTags("alerts");
        routes.MapPost("/api/alerts/unacknowledge", ReleaseManyAsync).RequirePermission(Permission.AcknowledgeAlerts).WithTags("alerts");
        routes.MapPost("/api/alerts/{id:guid}/acknowledge", AcknowledgeAsync).RequirePermission(Permission.AcknowledgeAlerts).WithTags("alerts");
        routes.MapPost("/api/alerts/{id:guid}/unacknowledge", ReleaseAsync).RequirePermission(Permission.AcknowledgeAlerts).WithTags("alerts");
    }

    static async Task<IResult> ListAsync(HandledAlerts alerts, ICurrentActor current, PageRequest page, string? system, string? state, string? severity, bool? acknowledged, bool? silenced)
    {
        if (state is not null && !Enum.TryParse<AlertState>(state, ignoreCase: true, out _))
            throw new InvalidInputException("state", "is pending, firing or resolved.");
        var found = alerts.Current(await current.GetAsync())
            .Where(one => (system is null || one.Alert.SystemId == system) && (severity is null || one.Alert.Severity == severity))
            .Where(one => state is null || one.Alert.State.ToString().Equals(state, StringComparison.OrdinalIgnoreCase))
            .Where(one => (acknowledged is null || one.Acknowledgement is not null == acknowledged) && (silenced is null || one.IsSilenced == silenced));
        var cut = page.Of(found, one => $"{one.Alert.Id}");
        return Results.Json(new Page<object>([.. cut.Items.Select(Describe)], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(Guid id, HandledAlerts alerts, AlertQuery query, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var found = await alerts.FindAsync(actor, id, stop);
        var transitions = await query.TransitionsAsync(actor, id, stop);
        return Results.Json(new { alert = Describe(found), transitions = transitions.Select(one => new { one.From, one.To, one.At, one.Severity, value = Number(one.Value) }) }, Json.Options);
    }

    static async Task<IResult> AcknowledgeAsync(Guid id, AcknowledgementInput? body, Acknowledgements acknowledgements, HandledAlerts alerts, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var outcome = await acknowledgements.AcknowledgeAsync(actor, [id], body ?? new(), stop);
        var now = Describe(await alerts.FindAsync(actor, id, stop));
        if (outcome.Held is [var held])
            return Problems.Answer(StatusCodes.Status409Conflict, $"{held.OwnerName} has it in hand already. Send takesOver to take it over.", current: now);
        return outcome.Over.Count > 0 ? Problems.Answer(StatusCodes.Status409Conflict, "The alert is resolved already.", current: now) : Results.Json(now, Json.Options);
    }

    static async Task<IResult> AcknowledgeManyAsync(BulkBody body, Acknowledgements acknowledgements, ICurrentActor current, CancellationToken stop)
    {
        var outcome = await acknowledgements.AcknowledgeAsync(await current.GetAsync(), body.Alerts ?? [], new(body.Note, body.For, body.TakesOver), stop);
        return Results.Json(new
        {
            acknowledged = outcome.Changed.Select(one => one.AlertId),
            held = outcome.Held.Select(one => new { alert = one.AlertId, owner = one.OwnerName }),
            over = outcome.Over,
        }, Json.Options);
    }

    static async Task<IResult> ReleaseAsync(Guid id, Acknowledgements acknowledgements, HandledAlerts alerts, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        await acknowledgements.ReleaseAsync(actor, [id], stop);
        return Results.Json(Describe(await alerts.FindAsync(actor, id, stop)), Json.Options);
    }

    static async Task<IResult> ReleaseManyAsync(BulkBody body, Acknowledgements acknowledgements, ICurrentActor current, CancellationToken stop) =>
        Results.Json(new { released = await acknowledgements.ReleaseAsync(await current.GetAsync(), body.Alerts ?? [], stop) }, Json.Options);

    static object Describe(HandledAlert one) => new
    {
        id = one.Alert.Id,
        name = one.Alert.Name,
        rule = one.Alert.RuleId,
        system = one.Alert.SystemId,
        component = one.Alert.ComponentId,
        severity = one.Alert.Severity,
        state = one.Alert.State,
        summary = one.Alert.Summary,
        labels = one.Alert.Labels.ToDictionary(label => label.Name, label => label.Value),
        annotations = one.Alert.Annotations,
        fingerprint = one.Alert.Fingerprint.ToString("x16"),
        value = Number(one.Alert.Value),
        valueAtTrigger = Number(one.Alert.ValueAtTrigger),
        activeAt = one.Alert.ActiveAt,
        firedAt = one.Alert.FiredAt,
        resolvedAt = one.Alert.ResolvedAt,
        origin = one.Alert.Origin,
        inhibitedBy = one.Alert.InhibitedBy,
        isFlapping = one.Alert.IsFlapping,
        acknowledgement = one.Acknowledgement is { } by ? new { owner = by.OwnerName, note = by.Note, at = by.At, until = by.Until, version = by.Version } : null,
        silencedBy = one.SilencedBy.Select(silence => silence.Id),
    };

    // JSON knows no NaN and no infinity.
    static object? Number(double value) => double.IsFinite(value) ? value : double.IsNaN(value) ? null : value > 0 ? "+Inf" : "-Inf";
}
