using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Search;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps.Logs;

/// <param name="Least">So many lines must be there.</param>
/// <param name="Most">No more may come as long as is waited; null: any number.</param>
/// <param name="Since">How far before the step's beginning lines count.</param>
/// <param name="Within">How long it waits.</param>
public sealed record LogsStepOptions(Template? Search, LineLevel? Level, IReadOnlyList<string> Components, IReadOnlyList<string> Events, IReadOnlyDictionary<string, Template> Fields, int Least, int? Most, TimeSpan Since, TimeSpan Within)
{
    public const int MostLines = 1000;

    public static LogsStepOptions Read(StepYaml step)
    {
        var map = step.Map;
        var search = step.Template("search");
        foreach (var (before, reference) in search?.Places() ?? [])
        {
            if (before.Count(letter => letter == '"') % 2 != 0 || (before.Length > 0 && before[^1] is not (' ' or '|' or '-' or '*')))
                map.Report("search", $"{reference} stands within a word or a phrase of `search`.", "A value is a phrase by itself: put blanks around it, and no quotes.");
        }
        var timeout = map.Duration("timeout") ?? StepSpec.DefaultTimeout;
        var options = new LogsStepOptions(search, map.Choice<LineLevel>("level"), map.Texts("components"), map.Texts("events"), step.TemplateMap("fields"),
            map.Integer("least") ?? (map.Has("most") ? 0 : 1), map.Integer("most"), map.Duration("since") ?? TimeSpan.Zero, map.Duration("within") ?? TimeSpan.Zero);
        if (options.Least is < 0 or > MostLines || options.Most is < 0 or > MostLines || options.Least > (options.Most ?? MostLines))
            map.Report(map.Has("least") ? "least" : "most", $"From {options.Least} to {options.Most ?? MostLines} lines cannot be waited for.", $"Write numbers up to {MostLines}, `least` no larger than `most`.");
        if (options.Within < TimeSpan.Zero || options.Within >= timeout)
            map.Report("within", "It waits as long as the step may take, or longer.", "Give the step a longer `timeout:`.");
        if (options.Since < TimeSpan.Zero || options.Since > TimeSpan.FromDays(1))
            map.Report("since", "Lines are searched at most 1d back.", "Write for example `since: 5m`.");
        try
        {
            LogText.Parse(search?.Fill(StepInputs.None with { Parameters = search.References.Where(one => one.IsParameter).Select(one => one.Name).Distinct().ToDictionary(name => name, _ => "x") }, Phrase), false);
        }
        catch (InvalidInputException wrong)
        {
            map.Report("search", $"`search` {wrong.Problems[0].Message}", "Try it on the page of the logs.");
        }
        return options;
    }

    public string SearchText(StepInputs inputs) => Search?.Fill(inputs, Phrase) ?? "";

    /// <summary>What is searched, for people.</summary>
    public IEnumerable<string> Words(StepInputs inputs)
    {
        if (Search is not null)
            yield return SearchText(inputs);
        if (Level is { } level)
            yield return $"{level.ToString().ToLowerInvariant()} or graver";
        if (Components.Count > 0)
            yield return $"of {string.Join(", ", Components)}";
        if (Events.Count > 0)
            yield return $"event {string.Join(", ", Events)}";
        foreach (var (name, value) in Fields)
            yield return $"{name} = {value.Fill(inputs)}";
        yield return (Least, Most) switch
        {
            (0, { } most) => $"at most {most} lines",
            (_, null) => $"at least {Least} lines",
            var (least, most) => $"{least} to {most} lines",
        } + (Since > TimeSpan.Zero ? $" since {PrometheusDuration.Format(Since)} before" : " from now on") + (Within > TimeSpan.Zero ? $", within {PrometheusDuration.Format(Within)}" : "");
    }

    public LogFilter Filter(string systemId, StepInputs inputs, DateTimeOffset from)
    {
        var filter = new LogFilter
        {
            From = from,
            Systems = [systemId],
            Components = Components,
            Events = Events,
            Text = Search is null ? null : SearchText(inputs),
            Fields = [.. Fields.Select(pair => new LogField(pair.Key, pair.Value.Fill(inputs)))],
        };
        return Level is { } level ? filter.WithMinLevel(level) : filter;
    }

    // Nothing in a value is an operator.
    static string Phrase(string value) => value.StartsWith("${", StringComparison.Ordinal) ? value : $"\"{value.Replace('"', ' ')}\"";
}
