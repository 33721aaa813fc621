using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>Section <c>Notifications</c>.</summary>
/// <param name="ExternalUrl">Where readers of a message find the dashboard (<c>Notifications:ExternalUrl</c>), without a slash at its end.</param>
/// <param name="HeartbeatUrl">Called each minute while rules are evaluated and the database takes writes (<c>Notifications:HeartbeatUrl</c>, or its file in <c>Notifications:HeartbeatUrlFile</c>); null: nobody watches.</param>
public sealed record NotificationOptions(string ExternalUrl, string? HeartbeatUrl = null)
{
    /// <summary>
    /// Prometheus' <c>external_labels</c> (<c>Notifications:ExternalLabels:{name}</c>): what alerts carry besides when they are routed and told, where
    /// they have no such label of their own, what silences and Alertmanager's API see of them, and templates as <c>$externalLabels</c>. Queries and the Prometheus API do not show them.
    /// </summary>
    public IReadOnlyDictionary<string, string> ExternalLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>By which PagerDuty signs what it sends to its webhook (<c>Notifications:PagerDutySecret</c>, or its file in <c>…File</c>); null: nothing is taken from there.</summary>
    public string? PagerDutySecret { get; init; }

    /// <summary>An alert of an own rule as it leaves the program.</summary>
    public Alert Leaving(Alert alert) => ExternalLabels.Count == 0 || alert.Origin != AlertOrigin.Rule ? alert
        : alert with { Labels = ExternalLabels.Where(label => alert.Labels[label.Key] is null).Aggregate(alert.Labels, (labels, label) => labels.With(label.Key, label.Value)) };

    public static NotificationOptions Read(IConfiguration configuration)
    {
        var listening = configuration["urls"]?.Split(';')[0] ?? "http://127.0.0.1:5080";
        var labels = configuration.GetSection("Notifications:ExternalLabels").GetChildren().ToDictionary(label => label.Key, label => label.Value ?? "");
        if (labels.Keys.FirstOrDefault(name => !Catalogue.YamlMap.IsLabelName(name) || name == Labels.NameLabel) is { } wrong)
            throw new Storage.StartRefusedException($"Notifications__ExternalLabels__{wrong}: `{wrong}` is no name of a label.");
        return new((configuration["Notifications:ExternalUrl"] is { Length: > 0 } url ? url : listening).TrimEnd('/'), Secret(configuration, "HeartbeatUrl"))
        {
            ExternalLabels = labels,
            PagerDutySecret = Secret(configuration, "PagerDutySecret"),
        };
    }

    static string? Secret(IConfiguration configuration, string name)
    {
        var text = configuration[$"Notifications:{name}File"] is { Length: > 0 } file ? File.ReadAllText(file).Trim() : configuration[$"Notifications:{name}"];
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> when notifications were written or what became of one changed.</summary>
public sealed record NotificationsChanged;

/// <summary>Published on the <see cref="Live.LiveBus"/> after somebody else than alerts put something into the outbox that cannot wait for the next second.</summary>
public sealed record OutboxFilled;
