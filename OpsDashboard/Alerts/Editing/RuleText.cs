using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.PromQl;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Alerts.Editing;

/// <summary>
/// Changes single words of one rule in the text of a rule file; everything else stays as it is written, comments and order too. Not thread-safe.
/// Whether the file then says what was wanted is for the caller to read.
/// </summary>
sealed partial class RuleText
{
    readonly string text;
    readonly YamlMappingNode rule;
    readonly List<(int From, int To, string Text)> edits = [];

    RuleText(string text, YamlMappingNode rule) => (this.text, this.rule) = (text, rule);

    /// <summary>The rule that begins in a line (<see cref="GroupRule.Line"/>), or null.</summary>
    public static RuleText? At(string document, int line)
    {
        var text = document.ReplaceLineEndings("\n");
        var groups = YamlText.Parse(text, "", [])?.Children.GetValueOrDefault("groups") as YamlSequenceNode;
        var rules = (groups?.Children ?? []).OfType<YamlMappingNode>().SelectMany(group => (group.Children.GetValueOrDefault("rules") as YamlSequenceNode)?.Children ?? []).OfType<YamlMappingNode>();
        return rules.FirstOrDefault(rule => rule.Start.Line == line) is { } found ? new(text, found) : null;
    }

    /// <summary>The file with a rule as the form has it now; only what differs from before is written anew.</summary>
    public string Change(SimpleRule before, SimpleRule now)
    {
        if (before.Line is { } old && now.Line is { } line && old != line)
            SetExpression(old, line);
        if (before.For != now.For)
            Set(rule, "for", PrometheusDuration.Format(now.For));
        if (before.Severity != now.Severity)
            SetBelow("labels", "severity", now.Severity);
        if (before.Summary != now.Summary)
            SetBelow("annotations", "summary", SimpleRule.Quoted(now.Summary));
        var changed = text;
        foreach (var (from, to, written) in edits.OrderByDescending(edit => edit.From))
            changed = changed[..from] + written + changed[to..];
        return changed;
    }

    // Where only the number changed, an expression of many lines keeps its lines.
    void SetExpression(RuleLine before, RuleLine now)
    {
        var (from, to) = Place(rule.Children["expr"]);
        var number = NumberAtEnd().Match(text[from..to]);
        if (before.Measured == now.Measured && before.Comparison == now.Comparison && number.Success)
            edits.Add((from + number.Groups[1].Index, from + number.Groups[1].Index + number.Groups[1].Length, PromText.Number(now.Threshold)));
        else
            edits.Add((from, to, SimpleRule.Quoted(now.Expression)));
    }

    void SetBelow(string map, string key, string value)
    {
        if (rule.Children.GetValueOrDefault(map) is YamlMappingNode { Children.Count: > 0 } below)
            Set(below, key, value);
        else
            Set(rule, map, $"{{ {key}: {value} }}");
    }

    void Set(YamlMappingNode map, string key, string value)
    {
        if (map.Children.GetValueOrDefault(key) is { } known)
        {
            var (from, to) = Place(known);
            edits.Add((from, to, value));
            return;
        }
        // Behind the expression, or behind the last key.
        var (_, end) = Place(map.Children.GetValueOrDefault("expr") ?? map.Children.Last().Value);
        if (map.Style == YamlDotNet.Core.Events.MappingStyle.Flow)
            edits.Add((end, end, $", {key}: {value}"));
        else if (text.IndexOf('\n', end) is var line)
            edits.Add((line < 0 ? text.Length : line, line < 0 ? text.Length : line, $"\n{new string(' ', (int)map.Start.Column - 1)}{key}: {value}"));
    }

    (int From, int To) Place(YamlNode node)
    {
        var (from, to) = ((int)node.Start.Index, (int)node.End.Index);
        while (to > from && char.IsWhiteSpace(text[to - 1]))
            to--;
        return (from, to);
    }

    // The comparison with a number that ends an expression, in quotes or not.
    [GeneratedRegex("""(?:[<>]=?|[=!]=)\s*([-+]?[0-9.][0-9.eE+-]*)\s*['"]?\z""", RegexOptions.CultureInvariant)]
    private static partial Regex NumberAtEnd();
}

static class NodeChildren
{
    public static YamlNode? GetValueOrDefault(this IDictionary<YamlNode, YamlNode> children, string key) => children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
}
