namespace OpsDashboard.Catalogue.Reading;

/// <summary>Reads the sets of nodes of an environment.</summary>
static class NodeSetFile
{
    public static IReadOnlyList<NodeSet> Read(YamlMap environment, IReadOnlyList<Node> nodes)
    {
        var sets = new List<NodeSet>();
        if (environment.Map("nodeSets") is not { } map)
            return sets;
        foreach (var id in map.Keys)
        {
            if (!Names.IsSlug(id))
                map.Report(id, $"`{id}` cannot be the id of a set of nodes.", Names.SlugRule);
            else if (nodes.Any(node => node.Id == id))
                map.Report(id, $"`{id}` is a node already.", "Give the set another name.");
            else if (map.Map(id) is { } entry)
                sets.Add(Read(id, entry, nodes));
        }
        return sets;
    }

    static NodeSet Read(string id, YamlMap entry, IReadOnlyList<Node> nodes)
    {
        var ids = entry.Texts("nodes");
        if (ids.Count == 0)
            entry.Report("nodes", "The set has no nodes.", "Write `nodes: [a, b]`.");
        foreach (var unknown in ids.Where(one => nodes.All(node => node.Id != one)))
            entry.Report("nodes", $"There is no node `{unknown}` in this environment.", "Add it under `nodes:`.");
        foreach (var twice in ids.GroupBy(one => one).Where(group => group.Count() > 1))
            entry.Report("nodes", $"`{twice.Key}` stands here twice.", "Keep one of them.");
        var set = new NodeSet(id, ids, Count(entry, "batch", 1, 1, "at least 1"), entry.Flag("canary") ?? true, entry.Duration("pause") ?? TimeSpan.Zero,
            Count(entry, "maxFailures", 0, 0, "at least 0"), Count(entry, "minimumHealthy", 0, 0, "at least 0"), entry.File, entry.Line);
        if (ids.Count > 0 && set.MinimumHealthy >= ids.Count)
            entry.Report("minimumHealthy", $"{set.MinimumHealthy} of {ids.Count} nodes must stay healthy: no node could ever be worked on.", "Write a number below that of the nodes.");
        entry.RejectUnknownKeys();
        return set;
    }

    static int Count(YamlMap entry, string key, int otherwise, int least, string words)
    {
        var count = entry.Integer(key) ?? otherwise;
        if (count < least)
            entry.Report(key, $"`{key}: {count}` is out of range.", $"Write a number of {words}.");
        return Math.Max(count, least);
    }
}
