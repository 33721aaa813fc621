using System.Globalization;
using OpsDashboard.Catalogue.Reading;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Catalogue;

/// <summary>
/// A mapping of a YAML file whose every problem is reported with file and line. Reading a key marks it as known;
/// <see cref="RejectUnknownKeys"/> reports the rest. Not thread-safe.
/// </summary>
public sealed class YamlMap
{
    readonly YamlMappingNode node;
    readonly Dictionary<string, (YamlNode Key, YamlNode Value)> entries = [];
    readonly HashSet<string> read = [];
    readonly ICollection<CatalogueProblem> problems;
    readonly Func<string, string> expand;

    /// <param name="expand">Replaces <c>${variable}</c>; throws <see cref="KeyNotFoundException"/> with the variable's name.</param>
    public YamlMap(YamlMappingNode node, string file, ICollection<CatalogueProblem> problems, Func<string, string> expand)
    {
        (this.node, File, this.problems, this.expand) = (node, file, problems, expand);
        foreach (var (key, value) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
                entries[name] = (key, value);
            else
                problems.Add(new(file, (int)key.Start.Line, "A key must be plain text.", "Write `key: value`."));
        }
    }

    public string File { get; }

    public int Line => (int)node.Start.Line;

    public IEnumerable<string> Keys => entries.Keys;

    /// <summary>How many errors the reading has found so far, in all files; warnings are not counted.</summary>
    public int ErrorCount => problems.Count(problem => !problem.IsWarning);

    public bool Has(string key) => entries.ContainsKey(key);

    /// <summary>The line of a key, or of the mapping where it is absent.</summary>
    public int LineOf(string key) => entries.TryGetValue(key, out var entry) ? (int)entry.Key.Start.Line : Line;

    /// <summary>The line of a place within the text of a key.</summary>
    public int LineOf(string key, int position)
    {
        // A block begins below its key; a folded or quoted text has no lines to count.
        var isBlock = entries.TryGetValue(key, out var entry) && entry.Value is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Literal };
        return LineOf(key) + (isBlock && Text(key) is { } text ? 1 + text.AsSpan(0, Math.Clamp(position, 0, text.Length)).Count('\n') : 0);
    }

    public void Report(string key, string message, string remedy) => ReportAt(LineOf(key), message, remedy);

    public void Warn(string key, string message, string remedy) => problems.Add(new(File, LineOf(key), message, remedy, IsWarning: true));

    public void ReportAt(int line, string message, string remedy) => problems.Add(new(File, line, message, remedy));

    /// <summary>The text of a key, variables replaced; reports it where it is missing and returns the empty string.</summary>
    public string Required(string key)
    {
        var text = Text(key);
        if (text is null && !Has(key))
            Report(key, $"`{key}` is missing.", $"Add `{key}:`.");
        else if (string.IsNullOrWhiteSpace(text) && Value(key) is null or YamlScalarNode { Value: "" or null })
            Report(key, $"`{key}` is empty.", $"Write `{key}: value`.");
        return text ?? "";
    }

    /// <summary>As <see cref="Required"/>, and reports what is no lower-case slug: ids stand in addresses.</summary>
    public string Identifier(string key)
    {
        var text = Required(key);
        if (text.Length > 0 && !Names.IsSlug(text))
            Report(key, $"`{text}` cannot be an id.", Names.SlugRule);
        return text;
    }

    /// <summary>The text of a key, variables replaced, or null.</summary>
    public string? Text(string key)
    {
        if (Value(key) is not { } value)
            return null;
        if (value is YamlScalarNode { Value: { } text })
            return Expand(key, text);
        Report(key, $"`{key}` must be a text.", $"Write `{key}: value`.");
        return null;
    }

    /// <summary>A PromQL expression, or the empty string; reports what is wrong with it at its line, and where it is missing though required.</summary>
    /// <param name="syntax">Null where nothing can judge it.</param>
    public string Expression(string key, IExpressionSyntax? syntax, bool isRequired = true)
    {
        var text = isRequired ? Required(key) : Text(key) ?? "";
        if (text.Length > 0 && syntax?.Explain(text) is { } fault)
            ReportAt(LineOf(key, fault.Position), $"`{key}` is not a PromQL expression: {fault.Message}", "Try it in the metrics explorer.");
        return text;
    }

    public double? Number(string key) => Parse<double>(key, "a number", "0.5", text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null);

    public int? Integer(string key) => Parse<int>(key, "a whole number", "5", text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null);

    public bool? Flag(string key) => Parse<bool>(key, "true or false", "true", text =>
        bool.TryParse(text, out var value) ? value : null);

    /// <summary>A duration in Prometheus' notation: 250ms, 15s, 5m, 1h30m, 2d, 1w, 1y.</summary>
    public TimeSpan? Duration(string key) => Parse<TimeSpan>(key, "a duration", "15s", PrometheusDuration.TryParse);

    public T? Choice<T>(string key) where T : struct, Enum => Parse<T>(key, $"one of {string.Join(", ", Enum.GetNames<T>().Select(JsonName))}", JsonName(Enum.GetNames<T>()[0]), text =>
        Enum.GetNames<T>().FirstOrDefault(name => JsonName(name) == text) is { } name ? Enum.Parse<T>(name) : null);

    /// <summary>The texts of a list; empty where the key is absent. One plain text counts as a list of one.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Value(key))
        {
            case null:
                return [];
            case YamlScalarNode { Value: { } text }:
                return [Expand(key, text) ?? ""];
            case YamlSequenceNode sequence when sequence.Children.All(child => child is YamlScalarNode):
                return [.. sequence.Children.Select(child => Expand(key, ((YamlScalarNode)child).Value ?? "") ?? "")];
            default:
                Report(key, $"`{key}` must be a list of texts.", $"Write `{key}: [a, b]`.");
                return [];
        }
    }

    /// <summary>The texts of a mapping; empty where the key is absent.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string key)
    {
        if (Map(key) is not { } map)
            return new Dictionary<string, string>();
        return map.Keys.ToDictionary(name => name, name => map.Text(name) ?? "");
    }

    public YamlMap? Map(string key)
    {
        switch (Value(key))
        {
            case null:
                return null;
            case YamlMappingNode mapping:
                return new(mapping, File, problems, expand);
            default:
                Report(key, $"`{key}` must be a mapping.", "Indent its keys below it.");
                return null;
        }
    }

    /// <summary>The mappings of a list; empty where the key is absent.</summary>
    public IReadOnlyList<YamlMap> Maps(string key)
    {
        switch (Value(key))
        {
            case null:
                return [];
            case YamlSequenceNode sequence:
                var maps = new List<YamlMap>();
                foreach (var child in sequence.Children)
                {
                    if (child is YamlMappingNode mapping)
                        maps.Add(new(mapping, File, problems, expand));
                    else
                        ReportAt((int)child.Start.Line, $"Every entry of `{key}` must be a mapping.", "Write `- key: value`.");
                }
                return maps;
            default:
                Report(key, $"`{key}` must be a list.", "Begin each entry with `-`.");
                return [];
        }
    }

    /// <summary>Whether Prometheus would take the text as a label's name.</summary>
    public static bool IsLabelName(string text) => Names.IsLabel(text);

    /// <summary>Reports every key that nobody read.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var key in entries.Keys.Where(key => !read.Contains(key)))
            Report(key, $"`{key}` is not known here.", $"Known keys: {string.Join(", ", read.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>Warns of every key that nobody read, and lets it pass.</summary>
    public void WarnOfUnknownKeys(string remedy)
    {
        foreach (var key in entries.Keys.Where(key => !read.Contains(key)))
            Warn(key, $"`{key}` is not used here.", remedy);
    }

    YamlNode? Value(string key)
    {
        read.Add(key);
        if (!entries.TryGetValue(key, out var entry))
            return null;
        return entry.Value is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "" or "~" or "null" } ? null : entry.Value;
    }

    T? Parse<T>(string key, string what, string example, Func<string, T?> parse) where T : struct
    {
        if (Text(key) is not { } text)
            return null;
        if (parse(text) is { } value)
            return value;
        Report(key, $"`{key}: {text}` is not {what}.", $"Write for example `{key}: {example}`.");
        return null;
    }

    string? Expand(string key, string text)
    {
        try
        {
            return expand(text);
        }
        catch (KeyNotFoundException missing)
        {
            Report(key, $"The variable {missing.Message} has no value.", "Give it one in environments/<name>.yml.");
            return null;
        }
    }

    static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
