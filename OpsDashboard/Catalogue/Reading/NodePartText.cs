namespace OpsDashboard.Catalogue.Reading;

/// <summary>Reads what runs on a node, and looks whether there is such a thing.</summary>
static class NodePartText
{
    public static NodePart? Read(YamlMap node, IReadOnlyList<MonitoredSystem> systems)
    {
        var (component, target) = (node.Text("component"), node.Text("target"));
        if (component is not null && target is not null)
            node.Report("target", "A node says what runs there once.", "Keep `component:` or `target:`.");
        if (component is not null)
            return Split(component, 2) is [var system, var id] ? Check(node, "component", new(system, id, null), systems) : Refuse(node, "component", component, "component: case-opening/api");
        if (target is not null)
            return Split(target, 3) is [var system, var id, var instance] ? Check(node, "target", new(system, id, instance), systems) : Refuse(node, "target", target, "target: case-opening/api/10.0.0.4:9100");
        return null;
    }

    static string[]? Split(string text, int parts) => text.Split('/', parts) is var found && found.Length == parts && found.All(part => part.Length > 0) ? found : null;

    static NodePart? Refuse(YamlMap node, string key, string text, string example)
    {
        node.Report(key, $"`{text}` names nothing that health knows.", $"Write for example `{example}`.");
        return null;
    }

    // What cannot be found is kept: health then knows nothing of it, and nobody takes that for healthy.
    static NodePart Check(YamlMap node, string key, NodePart part, IReadOnlyList<MonitoredSystem> systems)
    {
        var system = systems.FirstOrDefault(known => known.Id == part.SystemId);
        var targets = system?.Targets.Where(target => target.ComponentId == part.ComponentId).Select(target => target.Instance).Distinct().ToArray() ?? [];
        if (system is null)
            node.Report(key, $"There is no system `{part.SystemId}`.", $"Use one of {string.Join(", ", systems.Select(known => known.Id).DefaultIfEmpty("those that you add first"))}.");
        else if (system.Components.All(known => known.Id != part.ComponentId))
            node.Report(key, $"`{part.SystemId}` has no component `{part.ComponentId}`.", $"Use one of {string.Join(", ", system.Components.Select(known => known.Id))}.");
        else if (targets.Length == 0)
            node.Report(key, $"Nothing watches `{part.SystemId}/{part.ComponentId}`.", $"Add a target to {part.SystemId}/targets.yml.");
        else if (part.Instance is { } instance && !targets.Contains(instance))
            node.Report(key, $"No target of `{part.SystemId}/{part.ComponentId}` has the instance `{instance}`.", $"Use one of {string.Join(", ", targets)}.");
        return part;
    }
}
