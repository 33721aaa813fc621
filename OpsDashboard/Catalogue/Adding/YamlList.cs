using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Catalogue.Adding;

/// <summary>Adds an entry to a list in a text that people keep by hand: everything else in it, comments too, stays as it is.</summary>
public static class YamlList
{
    /// <param name="text">A document that parses.</param>
    /// <param name="entry">A mapping as block text without indentation.</param>
    public static string Append(string text, string key, string entry)
    {
        var lines = text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n').ToList();
        var root = Root(text);
        var list = root?.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode name && name.Value == key).Value;
        switch (list)
        {
            case YamlSequenceNode { Children: [.., var last] } block when block.Style != SequenceStyle.Flow:
                // A block's end mark lies before what follows it; comments and blank lines between stay behind the new entry.
                lines.InsertRange(LastLine(last, text), Block(entry, (int)block.Children[0].Start.Column - 3));
                break;
            case YamlSequenceNode { Children.Count: > 0 } flow:
                var bracket = Closing(flow, text);
                lines[(int)bracket.Line - 1] = lines[(int)bracket.Line - 1].Insert((int)bracket.Column - 1, $", {Flow(entry)}");
                break;
            case null:
                lines.Add($"{key}:");
                lines.AddRange(Block(entry, 2));
                break;
            default:
                // Empty, as `key: []` or `key:`.
                lines[(int)list.Start.Line - 1] = $"{key}:";
                lines.InsertRange((int)list.Start.Line, Block(entry, 2));
                break;
        }
        return string.Join('\n', lines) + "\n";
    }

    static YamlMappingNode? Root(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode as YamlMappingNode;
    }

    /// <summary>1-based line in which the node's last text stands.</summary>
    static int LastLine(YamlNode node, string text) => node switch
    {
        YamlMappingNode { Style: MappingStyle.Flow } or YamlSequenceNode { Style: SequenceStyle.Flow } => (int)Closing(node, text).Line,
        YamlMappingNode { Children.Count: > 0 } map => LastLine(map.Children.Last().Value, text),
        YamlSequenceNode { Children: [.., var last] } => LastLine(last, text),
        // The end of a block of text lies at the beginning of the line behind it.
        YamlScalarNode { Style: ScalarStyle.Literal or ScalarStyle.Folded } scalar => (int)scalar.End.Line - (scalar.End.Column == 1 ? 1 : 0),
        _ => (int)node.End.Line,
    };

    // A collection's node keeps the marks of its beginning only; its closing bracket is found in the events.
    static Mark Closing(YamlNode node, string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            if (depth == 0 && current is (MappingStart or SequenceStart) && current.Start.Index == node.Start.Index)
                depth = 1;
            else if (depth > 0 && (depth += current.NestingIncrease) == 0)
                return current.Start;
        }
        return node.End;
    }

    static IEnumerable<string> Block(string entry, int indent) =>
        entry.TrimEnd('\n').Split('\n').Select((line, index) => line.Length == 0 ? "" : new string(' ', Math.Max(0, indent)) + (index == 0 ? "- " : "  ") + line);

    // JSON is YAML in flow style.
    static string Flow(string entry) => Json(Root(entry)!);

    static string Json(YamlNode node) => node switch
    {
        YamlMappingNode map => "{ " + string.Join(", ", map.Children.Select(pair => $"{((YamlScalarNode)pair.Key).Value}: {Json(pair.Value)}")) + " }",
        YamlSequenceNode sequence => "[" + string.Join(", ", sequence.Children.Select(Json)) + "]",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } when plain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/') => plain,
        _ => JsonSerializer.Serialize(((YamlScalarNode)node).Value, JsonOptions),
    };

    static readonly JsonSerializerOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
