namespace OpsDashboard.Catalogue;

/// <summary>What runs on a node, as health knows it: <c>component: case-opening/api</c>, or one instance of it, <c>target: case-opening/api/10.0.0.4:9100</c>.</summary>
/// <param name="Instance">The <c>instance</c> label of its targets; null: the node carries the component alone.</param>
public sealed record NodePart(string SystemId, string ComponentId, string? Instance)
{
    public override string ToString() => Instance is null ? $"{SystemId}/{ComponentId}" : $"{SystemId}/{ComponentId}/{Instance}";
}
