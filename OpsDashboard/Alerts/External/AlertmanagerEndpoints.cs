using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.External;

/// <summary>
/// Alertmanager's API v2 (alertmanager api/v2/openapi.yaml), so that a Prometheus sends its alerts here and amtool works. Errors are JSON strings, as there.
/// </summary>
static class AlertmanagerEndpoints
{
    // Alertmanager's clients send more than is read here.
    static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

    static readonly DateTimeOffset Never = DateTimeOffset.MinValue;

    sealed record PostedMatcher(string? Name, string? Value, bool IsRegex = false, bool? IsEqual = true);

    sealed record PostedSilence(string? Id, IReadOnlyList<PostedMatcher>? Matchers, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, string? CreatedBy, string? Comment);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v2").WithTags("alertmanager").AddEndpointFilter(ErrAsAlertmanagerAsync);
        api.MapGet("/status", StatusAsync).RequirePermission(Permission.ReadAlerts);
        api.MapGet("/receivers", (ICatalogue catalogue) => Results.Json(RoutingTable.Of(catalogue.Current).Receivers.Keys.Select(name => new { name }))).RequirePermission(Permission.ReadAlerts);
        api.MapGet("/alerts", AlertsAsync).RequirePermission(Permission.ReadAlerts);
        api.MapPost("/alerts", PostAlertsAsync).RequirePermission(Permission.SendAlerts);
        api.MapGet("/alerts/groups", GroupsAsync).RequirePermission(Permission.ReadAlerts);
        api.MapGet("/silences", SilencesAsync).RequirePermission(Permission.ReadAlerts);
        api.MapPost("/silences", PostSilenceAsync).RequirePermission(Permission.SilenceAlerts);
        api.MapGet("/silence/{id:guid}", SilenceAsync).RequirePermission(Permission.ReadAlerts);
        api.MapDelete("/silence/{id:guid}", ExpireAsync).RequirePermission(Permission.SilenceAlerts);
    }

    static async ValueTask<object?> ErrAsAlertmanagerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidInputException wrong)
        {
            return Results.Json(string.Join("; ", wrong.Problems.Select(problem => problem.Field.Length > 0 ? $"{problem.Field}: {problem.Message}" : problem.Message)), statusCode: StatusCodes.Status400BadRequest);
        }
        catch (JsonException wrong)
        {
            return Results.Json($"bad request: {wrong.Message}", statusCode: StatusCodes.Status400BadRequest);
        }
        catch (NotFoundException missing)
        {
            return Results.Json(missing.Message, statusCode: StatusCodes.Status404NotFound);
        }
    }

    static async Task<IResult> StatusAsync(ICurrentActor current, CatalogueEditor editor, TimeProvider clock)
    {
        var mayRead = (await current.GetAsync()).May(Permission.ReadCatalogue);
        return Results.Json(new
        {
            cluster = new { status = "disabled", peers = Array.Empty<object>() },
            versionInfo = new { version = "0.25.0", revision = "OpsDashboard", branch = "", buildUser = "", buildDate = "", goVersion = "" },
            config = new { original = mayRead ? SecretMask.Document(editor.Sources.Find("alertmanager.yml").Text ?? "") : "" },
            uptime = Text(clock.GetUtcNow() - TimeSpan.FromMilliseconds(Environment.TickCount64)),
        });
    }

    static async Task<IResult> AlertsAsync(HttpRequest request, HandledAlerts alerts, ICurrentActor current, ICatalogue catalogue, NotificationOptions options)
    {
        var shown = await ReadAsync(request, alerts, current, catalogue, options);
        return Results.Json(shown.OrderBy(one => one.Alert.Alert.Labels.Fingerprint).Select(one => Describe(one.Alert, one.Receivers, one.InhibitedBy)));
    }

    static async Task<IResult> GroupsAsync(HttpRequest request, HandledAlerts alerts, ICurrentActor current, ICatalogue catalogue, NotificationOptions options)
    {
        var root = RoutingTable.Of(catalogue.Current).Root;
        var shown = await ReadAsync(request, alerts, current, catalogue, options);
        var groups = shown.SelectMany(one => root.Match(one.Alert.Alert.Labels).Select(route => (Route: route, Labels: route.GroupOf(one.Alert.Alert.Labels), One: one)))
            .GroupBy(entry => (entry.Route.Key, entry.Route.Receiver, entry.Labels));
        return Results.Json(groups.OrderBy(group => group.Key.Labels.ToString(), StringComparer.Ordinal).Select(group => new
        {
            labels = Pairs(group.Key.Labels),
            receiver = new { name = group.Key.Receiver },
            alerts = group.Select(entry => Describe(entry.One.Alert, entry.One.Receivers, entry.One.InhibitedBy)),
        }));
    }

    static async Task<List<(HandledAlert Alert, string[] Receivers, string[] InhibitedBy)>> ReadAsync(HttpRequest request, HandledAlerts alerts, ICurrentActor current, ICatalogue catalogue, NotificationOptions options)
    {
        var table = RoutingTable.Of(catalogue.Current);
        var matchers = Filter(request);
        bool Wants(string name) => request.Query[name] is not [var text] || !bool.TryParse(text, out var wanted) || wanted;
        var firing = alerts.Current(await current.GetAsync()).Where(one => one.Alert.State == AlertState.Firing).Select(one => one with { Alert = options.Leaving(one.Alert) }).ToList();
        var inhibitions = new Inhibitions(table.Inhibitions, [.. firing.Select(one => one.Alert)]);
        var (wantsActive, wantsSilenced, wantsInhibited) = (Wants("active"), Wants("silenced"), Wants("inhibited"));
        return [.. firing.Where(one => matchers.All(matcher => matcher.Matches(one.Alert.Labels)))
            .Select(one => (Alert: one, Receivers: table.Match(one.Alert.Labels).Select(route => route.Receiver).Distinct().ToArray(), InhibitedBy: Inhibitor(one.Alert, inhibitions)))
            .Where(one => (one.InhibitedBy.Length == 0 || wantsInhibited) && (!one.Alert.IsSilenced || wantsSilenced) && (one.InhibitedBy.Length > 0 || one.Alert.IsSilenced || wantsActive))
            .Where(one => request.Query["receiver"] is not [{ Length: > 0 } pattern] || one.Receivers.Any(MatcherText.Create("receiver", MatchKind.Regex, pattern).Matches))];
    }

    static string[] Inhibitor(Alert alert, Inhibitions inhibitions) => (alert.InhibitedBy ?? inhibitions.InhibitorOf(alert.Labels)) is { } id ? [$"{id}"] : [];

    static async Task<IResult> PostAlertsAsync(HttpRequest request, ExternalAlerts external, ICurrentActor current, CancellationToken stop)
    {
        var posted = await JsonSerializer.DeserializeAsync<List<PostedAlert>>(request.Body, Lenient, stop) ?? [];
        // Go's zero time stands for no time.
        await external.TakeAsync(await current.GetAsync(), [.. posted.Select(one => one with { StartsAt = Given(one.StartsAt), EndsAt = Given(one.EndsAt) })], stop);
        return Results.Ok();
    }

    static async Task<IResult> SilencesAsync(HttpRequest request, SilenceBook silences, ICurrentActor current, TimeProvider clock)
    {
        var (matchers, now) = (Filter(request), clock.GetUtcNow());
        // As Alertmanager: a filter finds silences that have a matcher of that name with a fitting value.
        var found = silences.Current(await current.GetAsync()).Where(silence => matchers.All(filter => silence.Matchers.Any(matcher => matcher.Name == filter.Name && filter.Matches(matcher.Value))));
        return Results.Json(found.OrderBy(silence => silence.StateAt(now) switch { SilenceState.Active => 0, SilenceState.Pending => 1, _ => 2 }).ThenBy(silence => silence.EndsAt).Select(silence => Describe(silence, now)));
    }

    static async Task<IResult> SilenceAsync(Guid id, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop) =>
        Results.Json(Describe(await silences.FindAsync(await current.GetAsync(), id, stop), clock.GetUtcNow()));

    static async Task<IResult> PostSilenceAsync(HttpRequest request, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var posted = await JsonSerializer.DeserializeAsync<PostedSilence>(request.Body, Lenient, stop) ?? throw new InvalidInputException("", "a silence is missing");
        var actor = await current.GetAsync();
        string[] matchers;
        try
        {
            matchers = [.. (posted.Matchers ?? []).Select(one => MatcherText.Write(MatcherText.Create(one.Name ?? "", Kind(one), one.Value ?? "")))];
        }
        catch (FormatException wrong)
        {
            throw new InvalidInputException("matchers", wrong.Message);
        }
        // Who asked stands in the token; the name in the body is a word of its own.
        var reason = string.IsNullOrWhiteSpace(posted.CreatedBy) || posted.CreatedBy == actor.Name ? posted.Comment : $"{posted.Comment} ({posted.CreatedBy})";
        var input = new SilenceInput(matchers, Given(posted.StartsAt), Given(posted.EndsAt), string.IsNullOrWhiteSpace(posted.Comment) ? null : reason);
        if (!Guid.TryParse(posted.Id, out var id))
            return Results.Json(new { silenceID = (await silences.CreateAsync(actor, input, stop)).Id });
        var before = await silences.FindAsync(actor, id, stop);
        if (before.StateAt(clock.GetUtcNow()) == SilenceState.Expired)
            return Results.Json(new { silenceID = (await silences.CreateAsync(actor, input, stop)).Id });
        return Results.Json(new { silenceID = (await silences.ChangeAsync(actor, id, before.Version, input with { Weekly = before.Weekly, Kind = before.Kind }, stop)).Id });
    }

    static async Task<IResult> ExpireAsync(Guid id, SilenceBook silences, ICurrentActor current, CancellationToken stop)
    {
        await silences.ExpireAsync(await current.GetAsync(), id, stop);
        return Results.Ok();
    }

    static List<LabelMatcher> Filter(HttpRequest request)
    {
        try
        {
            return [.. request.Query["filter"].OfType<string>().SelectMany(MatcherText.ParseAll)];
        }
        catch (FormatException wrong)
        {
            throw new InvalidInputException("filter", $"bad matcher format: {wrong.Message}");
        }
    }

    static MatchKind Kind(PostedMatcher matcher) => (matcher.IsRegex, matcher.IsEqual ?? true) switch
    {
        (false, true) => MatchKind.Equal,
        (false, false) => MatchKind.NotEqual,
        (true, true) => MatchKind.Regex,
        _ => MatchKind.NotRegex,
    };

    static object Describe(HandledAlert one, string[] receivers, string[] inhibitedBy) => new
    {
        annotations = one.Alert.Annotations,
        endsAt = Text(one.Alert.ResolvedAt ?? one.Alert.Since.AddYears(1)),
        fingerprint = one.Alert.Labels.Fingerprint.ToString("x16"),
        receivers = receivers.Select(name => new { name }),
        startsAt = Text(one.Alert.FiredAt ?? one.Alert.ActiveAt),
        status = new { inhibitedBy, silencedBy = one.SilencedBy.Select(silence => silence.Id), state = one.IsSilenced || inhibitedBy.Length > 0 ? "suppressed" : "active" },
        updatedAt = Text(one.Alert.Since),
        generatorURL = one.Alert.GeneratorUrl,
        labels = Pairs(one.Alert.Labels),
    };

    static object Describe(Silence silence, DateTimeOffset now) => new
    {
        id = silence.Id,
        status = new { state = silence.StateAt(now).ToString().ToLowerInvariant() },
        updatedAt = Text(silence.UpdatedAt),
        comment = silence.Reason,
        createdBy = silence.CreatorName,
        startsAt = Text(silence.StartsAt),
        endsAt = Text(silence.EndsAt),
        matchers = silence.Matchers.Select(matcher => new { name = matcher.Name, value = matcher.Value, isRegex = matcher.Kind is MatchKind.Regex or MatchKind.NotRegex, isEqual = matcher.Kind is MatchKind.Equal or MatchKind.Regex }),
    };

    static Dictionary<string, string> Pairs(Labels labels) => labels.ToDictionary(label => label.Name, label => label.Value);

    static DateTimeOffset? Given(DateTimeOffset? at) => at is null || at.Value.UtcTicks == Never.UtcTicks ? null : at;

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}
