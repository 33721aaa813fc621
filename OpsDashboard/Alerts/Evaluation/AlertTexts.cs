using OpsDashboard.Alerts.Templates;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// Fills the labels and annotations of a rule's alerts. Texts are filled anew only when the value changed or when they ask a query themselves.
/// Not thread-safe.
/// </summary>
sealed class AlertTexts
{
    readonly AlertRule rule;
    readonly string systemId;
    readonly TemplateSetting setting;
    readonly (string Name, Template? Template, string Text)[] labels;
    readonly (string Name, Template? Template, string Text)[] annotations;
    readonly bool asks;
    readonly bool hasFixedLabels;
    readonly Dictionary<Labels, Holding> known = [];

    public AlertTexts(AlertRule rule, string systemId, TemplateSetting setting)
    {
        (this.rule, this.systemId, this.setting) = (rule, systemId, setting);
        labels = [.. rule.Labels.Select(Parsed)];
        annotations = [.. rule.Annotations.Select(Parsed)];
        asks = labels.Concat(annotations).Any(each => each.Template?.Asks == true);
        hasFixedLabels = labels.All(each => each.Template is null or { IsConstant: true });
    }

    /// <summary>The alert's labels and texts for one element of the expression's answer.</summary>
    /// <param name="severity">Of the level that is reached; null: the rule's.</param>
    public async ValueTask<Holding> FillAsync(QuerySeries series, string? severity, Func<string, ValueTask<QueryResult>> query)
    {
        var value = series.Samples[^1].Value;
        var before = known.GetValueOrDefault(series.Labels);
        if (!asks && before is not null && before.Value.Equals(value) && (severity is null || before.Labels["severity"] == severity))
            return before;
        var data = new TemplateData(series.Labels, value, setting, query);
        var identity = before is not null && hasFixedLabels && severity is null ? before.Labels : await IdentityAsync(series.Labels, severity, data);
        var texts = new Dictionary<string, string>(annotations.Length);
        foreach (var (name, template, text) in annotations)
            texts[name] = template is null ? text : await ExpandAsync(template, data);
        var fingerprint = severity is null ? identity.Fingerprint : identity.Without("severity").Fingerprint;
        return known[series.Labels] = new(identity, fingerprint, value, texts);
    }

    /// <summary>Forgets label sets that are gone, once they are many.</summary>
    public void Trim(int alive)
    {
        if (known.Count > 2 * (alive + 100))
            known.Clear();
    }

    async ValueTask<Labels> IdentityAsync(Labels series, string? severity, TemplateData data)
    {
        var own = new Dictionary<string, string>();
        foreach (var label in series)
            own[label.Name] = label.Value;
        own.Remove(Labels.NameLabel);
        foreach (var (name, template, text) in labels)
            own[name] = template is null ? text : await ExpandAsync(template, data);
        if (severity is not null)
            own["severity"] = severity;
        own["alertname"] = rule.Name;
        // An aggregation may have dropped the system; the rule stands in one system's folder, so it speaks for that system.
        if (systemId.Length > 0)
            own.TryAdd("system", systemId);
        return Labels.From(own.Select(pair => new Label(pair.Key, pair.Value)));
    }

    // As Prometheus: a text that cannot be filled says so in its place, and the alert goes out all the same.
    static async ValueTask<string> ExpandAsync(Template template, TemplateData data)
    {
        try
        {
            return await template.ExpandAsync(data);
        }
        catch (TemplateException wrong)
        {
            return $"<error expanding template: {wrong.Message}>";
        }
    }

    static (string, Template?, string) Parsed(KeyValuePair<string, string> pair)
    {
        if (!pair.Value.Contains("{{", StringComparison.Ordinal))
            return (pair.Key, null, pair.Value);
        try
        {
            return (pair.Key, Template.Parse(pair.Value), pair.Value);
        }
        catch (TemplateException wrong)
        {
            return (pair.Key, null, $"<error expanding template: {wrong.Message}>");
        }
    }
}
