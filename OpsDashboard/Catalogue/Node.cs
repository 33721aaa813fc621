namespace OpsDashboard.Catalogue;

/// <summary>
/// Where commands run. The environment defines it (<c>environments/&lt;name&gt;.yml</c>, <c>nodes:</c>), so that one runbook serves production and simulator alike:
/// <code>
/// nodes:
///   cg-api: { kind: simulator, system: case-opening }
///   cg-api-2: { kind: ssh, address: 10.0.0.5, …, target: case-opening/api/10.0.0.5:9100 }   # or component: case-opening/api
/// </code>
/// </summary>
/// <param name="Options">What the node's kind read from its remaining keys.</param>
public sealed record Node(string Id, string Kind, string Environment, object Options, string File, int Line)
{
    /// <summary>What runs there; null: nobody said, and its health cannot be known.</summary>
    public NodePart? Part { get; init; }
}

/// <summary>A kind of node; its remaining keys are read and validated by the feature that runs commands there.</summary>
public interface INodeKind
{
    string Kind { get; }

    /// <summary>Reads the keys that belong to the kind; problems go to the reader. Must not touch the network.</summary>
    object ReadOptions(YamlMap node);
}
