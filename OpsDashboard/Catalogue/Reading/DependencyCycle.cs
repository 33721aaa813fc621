namespace OpsDashboard.Catalogue.Reading;

static class DependencyCycle
{
    /// <summary>The first circle of dependencies, beginning and ending with the same id, or null.</summary>
    public static IReadOnlyList<string>? Find(IReadOnlyList<SystemComponent> components)
    {
        var next = components.ToDictionary(component => component.Id, component => component.DependsOn);
        var done = new HashSet<string>();
        var path = new List<string>();
        return components.Select(component => Walk(component.Id, next, done, path)).FirstOrDefault(cycle => cycle is not null);
    }

    static List<string>? Walk(string id, Dictionary<string, IReadOnlyList<string>> next, HashSet<string> done, List<string> path)
    {
        if (path.IndexOf(id) is >= 0 and var start)
            return [.. path[start..], id];
        if (done.Contains(id) || !next.TryGetValue(id, out var dependencies))
            return null;
        path.Add(id);
        foreach (var dependency in dependencies)
        {
            if (Walk(dependency, next, done, path) is { } cycle)
                return cycle;
        }
        path.RemoveAt(path.Count - 1);
        done.Add(id);
        return null;
    }
}
