using System.Globalization;
using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl.Api;

namespace OpsDashboard.Alerts.Api;

/// <summary><c>/api/v1/rules</c> and <c>/api/v1/alerts</c> as Prometheus answers them (web/api/v1/api.go), limited to what the actor may read.</summary>
static class PrometheusRules
{
    public static void MapPrometheusRules(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").RequirePermission(Permission.ReadAlerts).WithTags("Prometheus API");
        api.MapGet("/rules", (HttpContext context, ApiEndpoint endpoint, IAlerts alerts) =>
            endpoint.RunAsync(context, call => Task.FromResult(Rules(call, alerts)))).WithSummary("Lists rules with their state, their health and their alerts.");
        api.MapGet("/alerts", (HttpContext context, ApiEndpoint endpoint, IAlerts alerts) =>
            endpoint.RunAsync(context, call => Task.FromResult(Alerts(call, alerts)))).WithSummary("Lists pending and firing alerts.");
    }

    static ApiAnswer Alerts(ApiCall call, IAlerts alerts)
    {
        var visible = Open(call, alerts).ToList();
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("alerts");
            visible.ForEach(alert => Write(json, alert));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static ApiAnswer Rules(ApiCall call, IAlerts alerts)
    {
        var type = call.Parameters.Text("type")?.ToLowerInvariant() ?? "";
        if (type is not ("" or "alert" or "record"))
            throw ApiError.InvalidParameter("type", $"not supported value \"{type}\"");
        var excludes = Flag(call, "exclude_alerts");
        var (names, groups, files) = (call.Parameters.Texts("rule_name[]"), call.Parameters.Texts("rule_group[]"), call.Parameters.Texts("file[]"));
        var byRule = Open(call, alerts).ToLookup(alert => alert.RuleId);
        var visible = alerts.Groups
            .Where(group => call.Actor.May(Permission.ReadAlerts, group.SystemId))
            .Where(group => (groups.Count == 0 || groups.Contains(group.Group.Name)) && (files.Count == 0 || files.Contains(group.File)))
            .Select(group => (Group: group, Rules: group.Rules.Where(rule => rule.Rule is not AlertRule { Extras.Off: not null } && (names.Count == 0 || names.Contains(rule.Rule.Name)) && IsOf(type, rule.Rule)).ToList()))
            .Where(pair => pair.Rules.Count > 0)
            .OrderBy(pair => pair.Group.File, StringComparer.Ordinal).ThenBy(pair => pair.Group.Group.Name, StringComparer.Ordinal)
            .ToList();
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("groups");
            foreach (var (group, rules) in visible)
                Write(json, group, rules, byRule, excludes);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static IEnumerable<Alert> Open(ApiCall call, IAlerts alerts) => alerts.Current.Where(alert => alert.IsOpen && AlertQuery.MayRead(call.Actor, alert)).OrderBy(alert => alert.ActiveAt);

    static bool IsOf(string type, GroupRule rule) => type.Length == 0 || (type == "alert") == (rule is AlertRule);

    static bool Flag(ApiCall call, string name) => call.Parameters.Text(name)?.ToLowerInvariant() switch
    {
        null or "" or "0" or "f" or "false" => false,
        "1" or "t" or "true" => true,
        var text => throw ApiError.InvalidParameter(name, $"error converting {name}: strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };

    static void Write(Utf8JsonWriter json, RuleGroupStatus group, List<RuleStatus> rules, ILookup<string, Alert> alerts, bool excludesAlerts)
    {
        json.WriteStartObject();
        json.WriteString("name", group.Group.Name);
        json.WriteString("file", group.File);
        json.WriteStartArray("rules");
        foreach (var rule in rules)
            Write(json, rule, [.. alerts[rule.Rule.Id]], excludesAlerts);
        json.WriteEndArray();
        json.WriteNumber("interval", group.Group.Every.TotalSeconds);
        json.WriteNumber("limit", group.Group.Limit);
        json.WriteNumber("evaluationTime", group.Duration.TotalSeconds);
        json.WriteString("lastEvaluation", Time(group.EvaluatedAt));
        json.WriteNumber("missedIterations", group.MissedTicks);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, RuleStatus status, IReadOnlyList<Alert> alerts, bool excludesAlerts)
    {
        json.WriteStartObject();
        if (status.Rule is AlertRule rule)
        {
            json.WriteString("state", alerts.Any(alert => alert.State == AlertState.Firing) ? "firing" : alerts.Count > 0 ? "pending" : "inactive");
            json.WriteString("name", rule.Name);
            json.WriteString("query", rule.Expression);
            json.WriteNumber("duration", rule.For.TotalSeconds);
            json.WriteNumber("keepFiringFor", rule.KeepFiringFor.TotalSeconds);
            Texts(json, "labels", rule.Labels);
            Texts(json, "annotations", rule.Annotations);
            json.WriteStartArray("alerts");
            foreach (var alert in excludesAlerts ? [] : alerts)
                Write(json, alert);
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("name", status.Rule.Name);
            json.WriteString("query", status.Rule.Expression);
            if (status.Rule.Labels.Count > 0)
                Texts(json, "labels", status.Rule.Labels);
        }
        json.WriteString("health", status.Health switch { RuleHealth.Ok => "ok", RuleHealth.Failing => "err", _ => "unknown" });
        if (status.LastError is { } error)
            json.WriteString("lastError", error);
        json.WriteNumber("evaluationTime", status.Duration.TotalSeconds);
        json.WriteString("lastEvaluation", Time(status.EvaluatedAt));
        json.WriteString("type", status.Rule is AlertRule ? "alerting" : "recording");
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        json.WritePropertyName("labels");
        ResultJson.Labels(json, alert.Labels);
        Texts(json, "annotations", alert.Annotations);
        json.WriteString("state", alert.State == AlertState.Firing ? "firing" : "pending");
        json.WriteString("activeAt", Time(alert.ActiveAt));
        if (alert.KeepFiringSince is { } since)
            json.WriteString("keepFiringSince", Time(since));
        json.WriteString("value", Exponent(alert.Value));
        json.WriteEndObject();
    }

    static void Texts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    static string Time(DateTimeOffset? at) => (at?.UtcDateTime ?? DateTime.MinValue).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Go's FormatFloat 'e', -1, by which Prometheus writes an alert's value.</summary>
    internal static string Exponent(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        var digits = 0;
        var text = value.ToString("E0", CultureInfo.InvariantCulture);
        while (double.Parse(text, CultureInfo.InvariantCulture) != value && digits < 17)
            text = value.ToString($"E{++digits}", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E');
        return $"{text[..mark]}e{text[mark + 1]}{int.Parse(text.AsSpan(mark + 2), CultureInfo.InvariantCulture):00}";
    }
}
