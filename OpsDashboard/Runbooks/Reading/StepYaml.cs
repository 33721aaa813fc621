using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Reading;

/// <summary>A step's mapping: reads templates and remembers what they refer to, so that the runbook as a whole can be judged. Not thread-safe.</summary>
/// <param name="inner">Reads the steps that run within this one.</param>
public sealed class StepYaml(YamlMap map, IExpressionSyntax? syntax, Func<IReadOnlyList<StepSpec>>? inner = null)
{
    readonly List<(Reference Reference, int Line)> references = [];

    public YamlMap Map => map;

    /// <summary>Everything that its templates refer to, with the line.</summary>
    public IReadOnlyList<(Reference Reference, int Line)> References => references;

    /// <summary>The steps under <c>steps:</c>, of a kind that has some.</summary>
    public IReadOnlyList<StepSpec> InnerSteps() => inner?.Invoke() ?? [];

    public Template RequiredTemplate(string key) => Parse(key, map.Required(key));

    public Template? Template(string key) => map.Text(key) is { } text ? Parse(key, text) : null;

    public IReadOnlyList<Template> Templates(string key) => [.. map.Texts(key).Select(text => Parse(key, text))];

    public IReadOnlyDictionary<string, Template> TemplateMap(string key) => map.TextMap(key).ToDictionary(pair => pair.Key, pair => Parse(key, pair.Value));

    public Condition? Condition(string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        try
        {
            var condition = Expressions.Condition.Parse(text);
            references.AddRange(condition.References.Select(reference => (reference, map.LineOf(key))));
            return condition;
        }
        catch (FormatException wrong)
        {
            map.Report(key, wrong.Message, "Write for example `when: ${steps.probe.status} != 200`.");
            return null;
        }
    }

    /// <summary>PromQL with values in it: only between double quotes, where nothing can end the text.</summary>
    public Template Expression(string key)
    {
        var template = RequiredTemplate(key);
        foreach (var (before, reference) in template.Places().Where(place => Quotes(place.Before) % 2 == 0))
            map.Report(key, $"{reference} stands outside of double quotes in `{key}`.", "A value may only stand in for a label's value: {instance=\"${parameters.instance}\"}.");
        if (template.Source.Length > 0 && syntax?.Explain(template.Fill(StepInputs.None with { Parameters = Examples(template) })) is { } fault)
            map.Report(key, $"`{key}` is not a PromQL expression: {fault.Message}", "Try it in the metrics explorer.");
        return template;
    }

    Template Parse(string key, string text)
    {
        try
        {
            var template = Expressions.Template.Parse(text);
            references.AddRange(template.References.Select(reference => (reference, map.LineOf(key))));
            return template;
        }
        catch (FormatException wrong)
        {
            map.Report(key, wrong.Message, "Write `$${` where the text itself is meant.");
            return Expressions.Template.Parse("");
        }
    }

    static int Quotes(string text) => text.Where((letter, at) => letter == '"' && (at == 0 || text[at - 1] != '\\')).Count();

    static Dictionary<string, string> Examples(Template template) => template.References.Where(reference => reference.IsParameter).Select(reference => reference.Name).Distinct().ToDictionary(name => name, _ => "x");
}
