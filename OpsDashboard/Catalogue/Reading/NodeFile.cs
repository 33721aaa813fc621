namespace OpsDashboard.Catalogue.Reading;

/// <summary>Reads the nodes of an environment.</summary>
static class NodeFile
{
    public static (IReadOnlyList<Node> Nodes, IReadOnlyList<NodeSet> Sets) Read(CatalogueFiles files, string environment, Variables variables, IReadOnlyDictionary<string, INodeKind> kinds, IReadOnlyList<MonitoredSystem> systems, ICollection<CatalogueProblem> problems)
    {
        var path = $"environments/{environment}.yml";
        // What is no YAML was said when the variables were read.
        if (!files.Texts.TryGetValue(path, out var text) || YamlText.Parse(text, path, []) is not { } parsed)
            return ([], []);
        var file = new YamlMap(parsed, path, problems, variables.Expand);
        var nodes = ReadNodes(file, environment, kinds, systems);
        return (nodes, NodeSetFile.Read(file, nodes));
    }

    static List<Node> ReadNodes(YamlMap file, string environment, IReadOnlyDictionary<string, INodeKind> kinds, IReadOnlyList<MonitoredSystem> systems)
    {
        var nodes = new List<Node>();
        if (file.Map("nodes") is not { } map)
            return nodes;
        foreach (var id in map.Keys)
        {
            if (!Names.IsSlug(id))
                map.Report(id, $"`{id}` cannot be a node's id.", Names.SlugRule);
            else if (map.Map(id) is { } entry && Read(id, environment, entry, kinds, systems) is { } node)
                nodes.Add(node);
        }
        return nodes;
    }

    static Node? Read(string id, string environment, YamlMap entry, IReadOnlyDictionary<string, INodeKind> kinds, IReadOnlyList<MonitoredSystem> systems)
    {
        var name = entry.Required("kind");
        if (name.Length == 0)
            return null;
        if (!kinds.TryGetValue(name, out var kind))
        {
            entry.Report("kind", $"There is no kind of node `{name}`.", $"Use one of {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}.");
            return null;
        }
        var node = new Node(id, name, environment, kind.ReadOptions(entry), entry.File, entry.Line) { Part = NodePartText.Read(entry, systems) };
        entry.RejectUnknownKeys();
        return node;
    }
}
