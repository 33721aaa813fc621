using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Alerts.Editing;

/// <summary>Puts the groups of a Prometheus rule file into another one, word for word.</summary>
/// <param name="Text">The file with the groups in it.</param>
/// <param name="Added">Names of groups that were not there.</param>
/// <param name="Replaced">Names of groups that stood there and are overwritten.</param>
public sealed record RuleImport(string Text, IReadOnlyList<string> Added, IReadOnlyList<string> Replaced)
{
    /// <param name="document">The file's text; null where there is none yet.</param>
    /// <param name="problems">Why the pasted text is no rule file; then null is returned.</param>
    public static RuleImport? Of(string? document, string pasted, ICollection<CatalogueProblem> problems)
    {
        const string Pasted = "pasted";
        pasted = pasted.ReplaceLineEndings("\n");
        if (YamlText.Parse(pasted, Pasted, problems) is not { } root)
            return null;
        if (root.Children.GetValueOrDefault("groups") is not YamlSequenceNode { Children.Count: > 0 } groups)
            problems.Add(new(Pasted, 1, "There are no groups in it.", "Paste a whole rule file: `groups:` with at least one group."));
        else if (groups.Style == SequenceStyle.Flow)
            problems.Add(new(Pasted, (int)groups.Start.Line, "Its groups stand in brackets.", "Write each group with a dash, in lines of its own."));
        else
            return Merge(document, Blocks(pasted, root, groups));
        return null;
    }

    static RuleImport Merge(string? document, IReadOnlyList<(string Name, int From, int To, string[] Lines)> coming)
    {
        var text = string.IsNullOrWhiteSpace(document) ? "groups:\n" : document.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var root = YamlText.Parse(text, "", []);
        var groups = root?.Children.GetValueOrDefault("groups") as YamlSequenceNode;
        var own = root is null || groups is null || groups.Style == SequenceStyle.Flow ? [] : Blocks(text, root, groups);
        if (groups is { Style: SequenceStyle.Flow, Children.Count: 0 })
            text = text.Replace("groups: []", "groups:", StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n').ToList();
        var replaced = own.Where(block => coming.Any(other => other.Name == block.Name)).ToArray();
        foreach (var block in replaced.OrderByDescending(block => block.From))
            lines.RemoveRange(block.From, block.To - block.From);
        var indent = own.Count > 0 ? Indent(own[0].Lines[0]) : 2;
        lines.AddRange(coming.SelectMany(block => block.Lines.Select(line => Shifted(line, indent - Indent(block.Lines[0])))));
        var known = replaced.Select(block => block.Name).ToHashSet();
        return new(string.Join('\n', lines) + "\n", [.. coming.Select(block => block.Name).Where(name => !known.Contains(name))], [.. known]);
    }

    // The lines of each group, from its dash to the next one's; what follows the groups belongs to none.
    static List<(string Name, int From, int To, string[] Lines)> Blocks(string text, YamlMappingNode root, YamlSequenceNode groups)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        var after = root.Children.Keys.Select(key => (int)key.Start.Line - 1).Where(line => line > groups.Start.Line - 1).Append(lines.Length).Min();
        var starts = groups.Children.Select(group => Dash(lines, (int)group.Start.Line - 1)).ToArray();
        return [.. groups.Children.Select((group, i) => (Name(group), starts[i], i + 1 < starts.Length ? starts[i + 1] : after)).Select(block => (block.Item1, block.Item2, block.Item3, lines[block.Item2..block.Item3]))];
    }

    static int Dash(string[] lines, int line)
    {
        while (line > 0 && !lines[line].TrimStart().StartsWith('-'))
            line--;
        return line;
    }

    static string Name(YamlNode group) => ((group as YamlMappingNode)?.Children.GetValueOrDefault("name") as YamlScalarNode)?.Value ?? "";

    static int Indent(string line) => line.Length - line.TrimStart().Length;

    static string Shifted(string line, int by) => string.IsNullOrWhiteSpace(line) ? "" : by >= 0 ? new string(' ', by) + line : line[Math.Min(-by, Indent(line))..];
}
