namespace OpsDashboard.Runbooks.Steps.Kubernetes;

/// <summary>Where the API keeps what. Names are judged before they come here, and escaped all the same. Pure.</summary>
static class ClusterPaths
{
    public static string Workload(string kind, string space, string name) => $"apis/apps/v1/namespaces/{Uri.EscapeDataString(space)}/{kind}s/{Uri.EscapeDataString(name)}";

    public static string Node(string name) => $"api/v1/nodes/{Uri.EscapeDataString(name)}";

    public static string Pod(string space, string name) => $"api/v1/namespaces/{Uri.EscapeDataString(space)}/pods/{Uri.EscapeDataString(name)}";

    public static string PodsOf(string node) => $"api/v1/pods?fieldSelector={Uri.EscapeDataString($"spec.nodeName={node}")}";

    public static string Of(string kind, string space, string name) => kind switch { "node" => Node(name), "pod" => Pod(space, name), _ => Workload(kind, space, name) };
}
