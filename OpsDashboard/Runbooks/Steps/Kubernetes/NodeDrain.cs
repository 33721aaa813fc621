using System.Text.Json.Nodes;

namespace OpsDashboard.Runbooks.Steps.Kubernetes;

/// <summary>Empties a node pod by pod, by eviction, which heeds disruption budgets; each is gone before the next is asked to go.</summary>
sealed class NodeDrain(IKubernetes cluster, string node, bool deletesLocalData, IStepOutput output, TimeProvider clock)
{
    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1), BudgetPause = TimeSpan.FromSeconds(5);

    /// <summary>Why the node cannot be drained, before anything was done to it; null: it can.</summary>
    public static string? Reject(IReadOnlyList<NodePod> pods, bool deletesLocalData)
    {
        if (pods.FirstOrDefault(pod => pod is { Stays: false, IsManaged: false }) is { } alone)
            return $"The pod {alone} belongs to nothing that would start it elsewhere.";
        return !deletesLocalData && pods.FirstOrDefault(pod => pod is { Stays: false, HasLocalData: true }) is { } local ? $"The pod {local} keeps data on the node (emptyDir), which would be lost." : null;
    }

    public async Task<IReadOnlyList<NodePod>> PodsAsync(CancellationToken stop)
    {
        var list = await cluster.GetAsync(ClusterPaths.PodsOf(node), stop);
        return list?["items"] is JsonArray items ? [.. items.OfType<JsonObject>().Select(NodePod.Of)] : throw new KubernetesException("The cluster gave no list of pods.", 0, isRefused: false);
    }

    public async Task<StepOutcome> RunAsync(CancellationToken stop)
    {
        var pods = await PodsAsync(stop);
        if (Reject(pods, deletesLocalData) is { } problem)
            return new StepOutcome.Failed($"{problem} The node is cordoned; nothing was evicted.", false, StepEffect.Applied);
        var evicted = 0;
        foreach (var pod in pods.OrderBy(pod => pod.Namespace, StringComparer.Ordinal).ThenBy(pod => pod.Name, StringComparer.Ordinal))
        {
            if (pod.Stays)
            {
                output.Write($"{pod} stays: {pod.WhyItStays}");
                continue;
            }
            await EvictAsync(pod, stop);
            await GoneAsync(pod, stop);
            output.Write($"{pod} is gone");
            evicted++;
        }
        return new StepOutcome.Done(new Dictionary<string, string> { ["evicted"] = $"{evicted}", ["stayed"] = $"{pods.Count - evicted}" }, $"{evicted} pods were evicted, {pods.Count - evicted} stay with the node.");
    }

    async Task EvictAsync(NodePod pod, CancellationToken stop)
    {
        var body = new JsonObject { ["apiVersion"] = "policy/v1", ["kind"] = "Eviction", ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace } };
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await cluster.PostAsync($"{ClusterPaths.Pod(pod.Namespace, pod.Name)}/eviction", (JsonObject)body.DeepClone(), stop);
                return;
            }
            catch (KubernetesException gone) when (gone.Status == 404)
            {
                return;
            }
            catch (KubernetesException budget) when (budget.Status == 429)
            {
                // A disruption budget: somebody else has to be ready first.
                if (isFirst)
                    output.Write($"{pod} has to wait: {budget.Message}");
                await Task.Delay(BudgetPause, clock, stop);
            }
        }
    }

    // A stateful set starts another of the same name.
    async Task GoneAsync(NodePod pod, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(LookPause, clock);
        while (await cluster.GetAsync(ClusterPaths.Pod(pod.Namespace, pod.Name), stop) is { } now && NodePod.Of(now).Uid == pod.Uid)
            await tick.WaitForNextTickAsync(stop);
    }
}

/// <param name="WhyItStays">With the node, whatever is evicted; null: it goes.</param>
/// <param name="IsManaged">Something starts it anew elsewhere.</param>
sealed record NodePod(string Namespace, string Name, string Uid, string? WhyItStays, bool IsManaged, bool HasLocalData)
{
    public bool Stays => WhyItStays is not null;

    public static NodePod Of(JsonObject pod)
    {
        var meta = pod["metadata"] as JsonObject ?? throw new KubernetesException("The cluster gave a pod without a name.", 0, isRefused: false);
        var owner = (meta["ownerReferences"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(one => (bool?)one["controller"] == true);
        var isMirror = meta["annotations"] is JsonObject annotations && annotations.ContainsKey("kubernetes.io/config.mirror");
        var isOver = (string?)pod["status"]?["phase"] is "Succeeded" or "Failed";
        return new((string?)meta["namespace"] ?? "default", (string?)meta["name"] ?? "", (string?)meta["uid"] ?? "",
            isMirror ? "it is the node's own" : (string?)owner?["kind"] == "DaemonSet" ? "a daemon set runs it on every node" : null,
            owner is not null || isOver, !isOver && (pod["spec"]?["volumes"] as JsonArray)?.OfType<JsonObject>().Any(volume => volume.ContainsKey("emptyDir")) == true);
    }

    public override string ToString() => $"{Namespace}/{Name}";
}
