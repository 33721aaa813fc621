using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Reading;

/// <summary>Reads the parameters of a runbook.</summary>
static partial class ParameterReader
{
    public static IReadOnlyList<RunbookParameter> Read(YamlMap runbook)
    {
        var parameters = new List<RunbookParameter>();
        if (runbook.Map("parameters") is not { } map)
            return parameters;
        foreach (var name in map.Keys)
        {
            if (!Name().IsMatch(name))
                map.Report(name, $"`{name}` cannot be a parameter's name.", "Use letters, digits, hyphens and underscores, beginning with a letter.");
            else if (map.Map(name) is { } entry)
                parameters.Add(Read(name, entry));
        }
        return parameters;
    }

    static RunbookParameter Read(string name, YamlMap entry)
    {
        var parameter = new RunbookParameter
        {
            Name = name,
            Title = entry.Text("title") ?? name,
            Type = entry.Choice<ParameterType>("type") ?? ParameterType.Text,
            Help = entry.Text("help"),
            Default = entry.Text("default"),
            FromLabel = entry.Text("fromLabel"),
            Least = Bound(entry, "least"),
            Most = Bound(entry, "most"),
            Allowed = entry.Texts("allowed"),
            Pattern = ReadPattern(entry),
        };
        entry.RejectUnknownKeys();
        if (parameter.Least > parameter.Most)
            entry.Report("least", $"Nothing lies between {parameter.Least} and {parameter.Most}.", "Swap them.");
        if (parameter.Type is ParameterType.Text or ParameterType.Flag && (parameter.Least ?? parameter.Most) is not null)
            entry.Report(entry.Has("least") ? "least" : "most", $"A {parameter.Type.ToString().ToLowerInvariant()} has no bounds.", "Use `allowed` or `pattern`.");
        foreach (var allowed in parameter.Allowed)
        {
            if ((parameter with { Allowed = [], Pattern = null }).Reject(allowed) is { } wrong && parameter.Type != ParameterType.Text)
                entry.Report("allowed", $"`{allowed}` {wrong}", "Change it or the type.");
        }
        if (parameter.Default is { } value && parameter.Reject(value) is { } reason)
            entry.Report("default", $"The default `{value}` is refused: it {reason}", "Change it or the bounds.");
        return parameter;
    }

    static double? Bound(YamlMap entry, string key) =>
        entry.Text("type") == "duration" ? entry.Duration(key)?.TotalSeconds : entry.Number(key);

    static Regex? ReadPattern(YamlMap entry)
    {
        if (entry.Text("pattern") is not { } text)
            return null;
        try
        {
            // Without a time-out: this engine's time grows with the value alone, and a busy machine would refuse a good one.
            return new($@"^(?:{text})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            entry.Report("pattern", $"`{text}` is no pattern: {wrong.Message}", "Write a regular expression without look-around and back-references.");
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
