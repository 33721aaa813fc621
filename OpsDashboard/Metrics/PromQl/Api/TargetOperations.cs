using System.Globalization;
using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>The targets that are collected, in the shape of Prometheus' targets; other kinds of collector than scrapes are listed alike.</summary>
static class TargetOperations
{
    public static ApiAnswer Targets(ApiCall call, ICollectorStates? states)
    {
        var state = call.Parameters.Text("state") is { Length: > 0 } asked ? asked.ToLowerInvariant() : "any";
        if (state is not ("any" or "active" or "dropped"))
            state = "any";
        var pool = call.Parameters.Text("scrapePool");
        var visible = (states?.Current ?? [])
            .Where(current => state != "dropped" && call.Actor.May(Permission.ReadMetrics, current.Target.SystemId))
            .Where(current => string.IsNullOrEmpty(pool) || current.Target.Job == pool)
            .ToList();
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("activeTargets");
            foreach (var current in visible)
                Write(json, current);
            json.WriteEndArray();
            json.WriteStartArray("droppedTargets");
            json.WriteEndArray();
            json.WriteStartObject("droppedTargetCounts");
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    static void Write(Utf8JsonWriter json, CollectorState state)
    {
        var target = state.Target;
        json.WriteStartObject();
        json.WritePropertyName("discoveredLabels");
        ResultJson.Labels(json, Labels.From(Discovered(target)));
        json.WritePropertyName("labels");
        ResultJson.Labels(json, Labels.From(Own(target)));
        json.WriteString("scrapePool", target.Job);
        json.WriteString("scrapeUrl", target.Place);
        json.WriteString("globalUrl", target.Place);
        json.WriteString("lastError", state.Reason ?? "");
        json.WriteString("lastScrape", (state.LastRunAt ?? DateTimeOffset.MinValue).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("lastScrapeDuration", state.Duration.TotalSeconds);
        json.WriteString("health", state.Health switch { CollectorHealth.Ok => "up", CollectorHealth.Failing => "down", _ => "unknown" });
        json.WriteString("scrapeInterval", PrometheusDuration.Format(target.Interval));
        json.WriteString("scrapeTimeout", PrometheusDuration.Format(target.Timeout));
        json.WriteEndObject();
    }

    static IEnumerable<Label> Discovered(Target target) =>
    [
        new("__address__", target.Place),
        new("__scrape_interval__", PrometheusDuration.Format(target.Interval)),
        new("__scrape_timeout__", PrometheusDuration.Format(target.Timeout)),
        new("job", target.Job),
    ];

    static IEnumerable<Label> Own(Target target) => new Dictionary<string, string>(target.Labels)
    {
        ["system"] = target.SystemId,
        ["component"] = target.ComponentId,
        ["environment"] = target.Environment,
        ["job"] = target.Job,
        ["instance"] = target.Instance,
    }.Select(pair => new Label(pair.Key, pair.Value));
}
