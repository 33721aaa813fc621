namespace OpsDashboard.Runbooks.Nodes;

/// <summary>A node cannot be used; nothing ran there. The message is fit for a person.</summary>
public sealed class NodeException(string message) : Exception(message);
