namespace OpsDashboard.Runbooks.Nodes;

/// <summary>Section <c>Nodes</c>.</summary>
public sealed class NodesOptions
{
    /// <summary>Whether commands may run on the dashboard's own machine, as its own user.</summary>
    public bool AllowLocal { get; set; }
}
