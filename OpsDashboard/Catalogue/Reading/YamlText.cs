using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Catalogue.Reading;

/// <summary>Turns text into a mapping, or says with the line why not. Anchors and deep nesting are refused before anything is built from them.</summary>
public static class YamlText
{
    const int MaxDepth = 32;

    /// <summary>The document's mapping, or null after a problem was added.</summary>
    public static YamlMappingNode? Parse(string text, string file, ICollection<CatalogueProblem> problems)
    {
        var before = problems.Count;
        try
        {
            Inspect(text, file, problems);
            if (problems.Count > before)
                return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return Root(stream, file, problems);
        }
        catch (YamlException error)
        {
            problems.Add(new(file, (int)error.Start.Line, $"Not valid YAML: {error.Message.TrimEnd('.')}.", "Check indentation (spaces, no tabs), colons and quotes near this line."));
            return null;
        }
    }

    static YamlMappingNode? Root(YamlStream stream, string file, ICollection<CatalogueProblem> problems)
    {
        if (stream.Documents.Count == 0)
            problems.Add(new(file, 1, "The file is empty.", "Fill it or delete it."));
        else if (stream.Documents.Count > 1)
            problems.Add(new(file, (int)stream.Documents[1].RootNode.Start.Line, "The file holds more than one document.", "Remove the line `---`."));
        else if (stream.Documents[0].RootNode is YamlMappingNode root)
            return root;
        else
            problems.Add(new(file, (int)stream.Documents[0].RootNode.Start.Line, "The file must begin with a mapping.", "Write `key: value`."));
        return null;
    }

    // The representation model stops at the first duplicate key, recurses as deep as the text nests, and shares aliased nodes:
    // a pass over the events finds all of it first, in time linear to the text.
    static void Inspect(string text, string file, ICollection<CatalogueProblem> problems)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<Opened>();
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case AnchorAlias alias:
                    RefuseAnchor(alias.Start, file, problems);
                    open.TryPeek(out var around);
                    around?.Passed();
                    break;
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    open.TryPeek(out var parent);
                    parent?.Passed();
                    break;
                case NodeEvent node:
                    if (!node.Anchor.IsEmpty)
                        RefuseAnchor(node.Start, file, problems);
                    Enter(node, open, file, problems);
                    break;
            }
        }
    }

    static void Enter(NodeEvent node, Stack<Opened> open, string file, ICollection<CatalogueProblem> problems)
    {
        if (node is Scalar scalar)
        {
            if (open.TryPeek(out var map) && map.FirstLineOfDuplicate(scalar) is { } first)
                problems.Add(new(file, (int)scalar.Start.Line, $"`{scalar.Value}` stands here twice (first in line {first}).", "Keep one of them."));
            map?.Passed();
            return;
        }
        if (open.Count >= MaxDepth)
            throw new YamlException(node.Start, node.End, $"it nests deeper than {MaxDepth} levels");
        open.Push(new(node is MappingStart));
    }

    static void RefuseAnchor(in Mark at, string file, ICollection<CatalogueProblem> problems) =>
        problems.Add(new(file, (int)at.Line, "Anchors and aliases (& and *) are not read here.", "Write the value out, or use a ${variable}; put the text in quotes if it only begins with that sign."));

    sealed class Opened(bool isMapping)
    {
        readonly Dictionary<string, long> keys = [];
        bool isValue;

        public void Passed() => isValue = !isValue;

        public long? FirstLineOfDuplicate(Scalar scalar)
        {
            if (!isMapping || isValue || keys.TryAdd(scalar.Value, scalar.Start.Line))
                return null;
            return keys[scalar.Value];
        }
    }
}
