using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Relabelling;

/// <summary>Reads <c>relabel_configs</c> and <c>metric_relabel_configs</c>.</summary>
public static class RelabelRules
{
    public static IReadOnlyList<RelabelRule> Read(YamlMap target, string key) => [.. target.Maps(key).Select(Read).OfType<RelabelRule>()];

    /// <summary>Applies the rules in order.</summary>
    /// <returns>False as soon as one of them drops the labels.</returns>
    public static bool Apply(IReadOnlyList<RelabelRule> rules, List<Label> labels)
    {
        foreach (var rule in rules)
        {
            if (!rule.Apply(labels))
                return false;
        }
        return true;
    }

    static RelabelRule? Read(YamlMap map)
    {
        var before = map.ErrorCount;
        var rule = new RelabelRule
        {
            SourceLabels = map.Texts("source_labels"),
            Separator = map.Text("separator") ?? ";",
            Pattern = Pattern(map),
            TargetLabel = map.Text("target_label") ?? "",
            Replacement = map.Has("replacement") ? map.Text("replacement") ?? "" : "$1",
            Modulus = (ulong)Math.Max(0, map.Integer("modulus") ?? 0),
            Action = Action(map),
        };
        if (map.ErrorCount == before)
            Check(map, rule);
        map.RejectUnknownKeys();
        return map.ErrorCount == before ? rule : null;
    }

    static RelabelAction Action(YamlMap map)
    {
        // Prometheus writes them as one lower-case word.
        var text = map.Text("action") ?? "replace";
        if (Enum.TryParse<RelabelAction>(text, ignoreCase: true, out var action) && !char.IsAsciiDigit(text[0]))
            return action;
        map.Report("action", $"`action: {text}` is not known.", $"Write one of {string.Join(", ", Enum.GetNames<RelabelAction>().Select(name => name.ToLowerInvariant()))}.");
        return RelabelAction.Replace;
    }

    static string Pattern(YamlMap map)
    {
        var pattern = map.Text("regex") ?? RelabelRule.AnyText;
        try
        {
            RelabelRule.Compile(pattern);
            return pattern;
        }
        catch (Exception error) when (error is RegexParseException or NotSupportedException)
        {
            map.Report("regex", $"`regex: {pattern}` is not a regular expression: {error.Message}", "Correct it; look-around and back-references are not possible, as in Prometheus.");
            return RelabelRule.AnyText;
        }
    }

    static void Check(YamlMap map, RelabelRule rule)
    {
        var needsTarget = rule.Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (needsTarget && rule.TargetLabel.Length == 0)
            map.Report("action", $"`action: {rule.Action.ToString().ToLowerInvariant()}` needs a label to write to.", "Add `target_label:`.");
        if (rule.Action == RelabelAction.HashMod && rule.Modulus == 0)
            map.Report("modulus", "`action: hashmod` needs a modulus of 1 or more.", "Add for example `modulus: 4`.");
    }
}
