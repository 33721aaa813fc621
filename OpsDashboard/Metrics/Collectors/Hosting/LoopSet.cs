namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>The loops of one reading of the catalogue, in its order. Immutable.</summary>
sealed class LoopSet(IReadOnlyList<TargetLoop> inOrder)
{
    public static readonly LoopSet Empty = new([]);

    readonly Dictionary<string, TargetLoop> byId = inOrder.ToDictionary(loop => loop.State.Target.Id);

    public IReadOnlyList<TargetLoop> InOrder => inOrder;

    public TargetLoop? Find(string targetId) => byId.GetValueOrDefault(targetId);
}
