using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Templates;

/// <summary>What a template is filled with.</summary>
/// <param name="Labels">The labels of the series that made the condition true.</param>
/// <param name="Query">Answers <c>query</c> as of the evaluation; null where nothing can be asked.</param>
sealed record TemplateData(Labels Labels, double Value, TemplateSetting Setting, Func<string, ValueTask<QueryResult>>? Query)
{
    IReadOnlyDictionary<string, string>? map;

    public IReadOnlyDictionary<string, string> LabelMap => map ??= Values.Of(Labels);

    public IReadOnlyDictionary<string, string> External => Setting.ExternalLabels;

    public string ExternalUrl => Setting.ExternalUrl;
}

/// <summary>What is the same for every alert.</summary>
/// <param name="NameOf">The name of a system's component, by both ids; null where none is known.</param>
sealed record TemplateSetting(IReadOnlyDictionary<string, string> ExternalLabels, string ExternalUrl, Func<string, string, string?>? NameOf = null)
{
    public static readonly TemplateSetting None = new(new Dictionary<string, string>(), "");
}
