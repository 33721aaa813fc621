using System.Globalization;
using System.Text.Json.Nodes;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Steps.Kubernetes;

/// <summary>
/// What a runbook does in a Kubernetes cluster, over its HTTP API: scale and restart (done when the roll-out is through), cordon, uncordon, drain (pod by pod, by
/// eviction), delete one pod, get. Token and certificate authority are names of secrets.
/// <code>{ name: scale, kind: kubernetes, connection: "${nba_kubernetes}", token: nba-k8s-token, ca: nba-k8s-ca, namespace: production, action: scale, object: deployment/api, replicas: "${parameters.replicas}", timeout: 5m }</code>
/// Outputs: of a workload <c>replicas</c>, <c>ready</c>, <c>before</c>; of a drain <c>evicted</c>, <c>stayed</c>; of a node <c>unschedulable</c>; of a pod <c>phase</c>.
/// </summary>
public sealed class KubernetesStepExecutor(ISecrets secrets, Outbound outbound, TimeProvider clock) : IStepExecutor, IStepKind
{
    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    public string Kind => "kubernetes";

    public object Read(StepYaml step) => KubernetesOptions.Read(step);

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (KubernetesOptions)step.Options;
        var name = options.Name.Fill(inputs);
        var isOpen = inputs.IsPreview && options.Name.References.Any(reference => !reference.IsParameter);
        var target = Uri.TryCreate(options.Connection, UriKind.Absolute, out var uri) ? $"{uri.Authority}{(options.Kind == "node" ? "" : $", namespace {options.Namespace}")}" : "";
        return new([options.Action.ToString().ToLowerInvariant(), $"{options.Kind}/{name}", .. options.Replicas is { } replicas ? new[] { $"replicas={replicas.Fill(inputs)}" } : [], .. options.DeletesLocalData ? new[] { "with local data" } : []], target,
            options.Action == KubernetesAction.Get ? RiskClass.Read : step.Risk == RiskClass.Read ? RiskClass.Reversible : step.Risk)
        {
            Problem = options.Connection.Length == 0 ? "There is no cluster in this environment." : isOpen || KubernetesOptions.IsName(name) ? null : $"“{name}” is no name of a {options.Kind}.",
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<KubernetesOptions>();
        var name = options.Name.Fill(context.Inputs);
        if (!KubernetesOptions.IsName(name))
            return new StepOutcome.Failed($"“{name}” is no name of a {options.Kind}.", false, StepEffect.None);
        var isRead = options.Action == KubernetesAction.Get;
        var wasAsked = false;
        try
        {
            using var cluster = new KubernetesApi(options, secrets, outbound);
            var path = ClusterPaths.Of(options.Kind, options.Namespace, name);
            var before = await cluster.GetAsync(path, stop) ?? throw new KubernetesException($"There is no {options.Kind} {name}.", 404, isRefused: true);
            wasAsked = !isRead;
            return options.Action switch
            {
                KubernetesAction.Scale => await ScaleAsync(context, new(cluster, path, context.Output, clock), before, stop),
                KubernetesAction.Restart => await RestartAsync(context, new(cluster, path, context.Output, clock), stop),
                KubernetesAction.Cordon => await CordonAsync(cluster, path, true, context.Output, stop),
                KubernetesAction.Uncordon => await CordonAsync(cluster, path, false, context.Output, stop),
                KubernetesAction.Drain => await DrainAsync(cluster, path, name, options, context.Output, stop),
                KubernetesAction.DeletePod => await DeleteAsync(context, cluster, path, before, stop),
                _ => Shown(options.Kind, before, context.Output),
            };
        }
        catch (KubernetesException failure)
        {
            // Several requests may have gone before the one that was refused.
            return new StepOutcome.Failed(failure.Message, failure.Status is 0 or 429 or >= 500, wasAsked && !(failure.IsRefused && options.Action != KubernetesAction.Drain) ? StepEffect.Unknown : StepEffect.None);
        }
        catch (Exception refused) when (refused is SecretMissingException or FormatException)
        {
            return new StepOutcome.Failed(refused.Message, false, StepEffect.None);
        }
        catch (InvalidOperationException)
        {
            return new StepOutcome.Failed("What the cluster answered is not of its API.", false, wasAsked ? StepEffect.Unknown : StepEffect.None);
        }
    }

    /// <summary>Looks whether the cluster stands as the step wanted it.</summary>
    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<KubernetesOptions>();
        if (options.Action == KubernetesAction.Get)
            return StepEffect.None;
        try
        {
            using var cluster = new KubernetesApi(options, secrets, outbound);
            var name = options.Name.Fill(context.Inputs);
            var now = await cluster.GetAsync(ClusterPaths.Of(options.Kind, options.Namespace, name), stop);
            return (options.Action, now) switch
            {
                (KubernetesAction.DeletePod, _) when context.Handle is { } uid => now is null || NodePod.Of(now).Uid != uid ? StepEffect.Applied : StepEffect.None,
                (_, null) => StepEffect.Unknown,
                (KubernetesAction.Scale, { } workload) => Applied((long?)workload["spec"]?["replicas"] == KubernetesOptions.ReplicasOf(options.Replicas!.Fill(context.Inputs))),
                (KubernetesAction.Restart, { } workload) => Applied(context.Handle is { } stamp && WorkloadState.RestartStamp(workload) == stamp),
                (KubernetesAction.Cordon, { } node) => Applied((bool?)node["spec"]?["unschedulable"] == true),
                (KubernetesAction.Uncordon, { } node) => Applied((bool?)node["spec"]?["unschedulable"] != true),
                (KubernetesAction.Drain, _) => (await new NodeDrain(cluster, name, options.DeletesLocalData, context.Output, clock).PodsAsync(stop)).All(pod => pod.Stays) ? StepEffect.Applied : StepEffect.Unknown,
                _ => StepEffect.Unknown,
            };
        }
        catch (Exception away) when (away is KubernetesException or SecretMissingException or FormatException or InvalidOperationException)
        {
            return StepEffect.Unknown;
        }

        static StepEffect Applied(bool stands) => stands ? StepEffect.Applied : StepEffect.None;
    }

    static async Task<StepOutcome> ScaleAsync(StepContext context, Workload workload, JsonObject before, CancellationToken stop)
    {
        var text = context.Options<KubernetesOptions>().Replicas!.Fill(context.Inputs);
        if (KubernetesOptions.ReplicasOf(text) is not { } replicas)
            return new StepOutcome.Failed($"“{text}” is no number of replicas up to {KubernetesOptions.MostReplicas}.", false, StepEffect.None);
        var was = WorkloadState.Of(before).Wanted;
        context.Output.Write($"from {was} to {replicas}");
        await workload.ScaleAsync(replicas, stop);
        return await workload.RolledOutAsync(new Dictionary<string, string> { ["before"] = was.ToString(CultureInfo.InvariantCulture) }, stop);
    }

    async Task<StepOutcome> RestartAsync(StepContext context, Workload workload, CancellationToken stop)
    {
        var stamp = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await context.KeepAsync(stamp, stop);
        await workload.RestartAsync(stamp, stop);
        return await workload.RolledOutAsync(StepOutcome.NoOutputs, stop);
    }

    static async Task<StepOutcome> CordonAsync(IKubernetes cluster, string path, bool isClosed, IStepOutput output, CancellationToken stop)
    {
        var now = await cluster.PatchAsync(path, new() { ["spec"] = new JsonObject { ["unschedulable"] = isClosed } }, stop);
        return Shown("node", now, output);
    }

    async Task<StepOutcome> DrainAsync(IKubernetes cluster, string path, string node, KubernetesOptions options, IStepOutput output, CancellationToken stop)
    {
        await CordonAsync(cluster, path, true, output, stop);
        return await new NodeDrain(cluster, node, options.DeletesLocalData, output, clock).RunAsync(stop);
    }

    async Task<StepOutcome> DeleteAsync(StepContext context, IKubernetes cluster, string path, JsonObject before, CancellationToken stop)
    {
        var uid = NodePod.Of(before).Uid;
        await context.KeepAsync(uid, stop);
        await cluster.DeleteAsync(path, stop);
        using var tick = new PeriodicTimer(LookPause, clock);
        while (await cluster.GetAsync(path, stop) is { } now && NodePod.Of(now).Uid == uid)
            await tick.WaitForNextTickAsync(stop);
        return new StepOutcome.Done(StepOutcome.NoOutputs, "It is gone.");
    }

    static StepOutcome Shown(string kind, JsonObject found, IStepOutput output)
    {
        var outputs = new Dictionary<string, string>();
        if (kind == "node")
        {
            outputs["unschedulable"] = (bool?)found["spec"]?["unschedulable"] == true ? "true" : "false";
        }
        else if (kind == "pod")
        {
            outputs["phase"] = (string?)found["status"]?["phase"] ?? "";
        }
        else
        {
            var state = WorkloadState.Of(found);
            (outputs["replicas"], outputs["ready"]) = (state.Wanted.ToString(CultureInfo.InvariantCulture), state.Ready.ToString(CultureInfo.InvariantCulture));
        }
        var sentence = string.Join(", ", outputs.Select(pair => $"{pair.Key} {pair.Value}"));
        output.Write(sentence);
        foreach (var condition in (found["status"]?["conditions"] as JsonArray)?.OfType<JsonObject>() ?? [])
            output.Write($"{(string?)condition["type"]}: {(string?)condition["status"]}{((string?)condition["message"] is { Length: > 0 } message ? $", {message}" : "")}");
        return new StepOutcome.Done(outputs, sentence + ".");
    }
}
