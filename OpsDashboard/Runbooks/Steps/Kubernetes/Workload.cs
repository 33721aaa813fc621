using System.Globalization;
using System.Text.Json.Nodes;

namespace OpsDashboard.Runbooks.Steps.Kubernetes;

/// <summary>A deployment or a stateful set: scaled, restarted, and watched until all its pods are of the new kind and ready.</summary>
sealed class Workload(IKubernetes cluster, string path, IStepOutput output, TimeProvider clock)
{
    public const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    public async Task<JsonObject> FindAsync(CancellationToken stop) => await cluster.GetAsync(path, stop) ?? throw new KubernetesException("There is no such workload.", 404, isRefused: true);

    public Task ScaleAsync(int replicas, CancellationToken stop) => cluster.PatchAsync($"{path}/scale", new() { ["spec"] = new JsonObject { ["replicas"] = replicas } }, stop);

    public Task RestartAsync(string stamp, CancellationToken stop) => cluster.PatchAsync(path, new()
    {
        ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RestartedAt] = stamp } } } },
    }, stop);

    /// <summary>Until the roll-out is through; the step's time-out ends it.</summary>
    public async Task<StepOutcome> RolledOutAsync(IReadOnlyDictionary<string, string> outputs, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(LookPause, clock);
        var said = "";
        while (true)
        {
            var now = await FindAsync(stop);
            var state = WorkloadState.Of(now);
            if (state.Sentence != said)
                output.Write(said = state.Sentence);
            if (state.Failure is { } failure)
                return new StepOutcome.Failed(failure, false, StepEffect.Applied);
            if (state.IsRolledOut)
                return new StepOutcome.Done(new Dictionary<string, string>(outputs) { ["replicas"] = Text(state.Wanted), ["ready"] = Text(state.Ready) }, state.Sentence);
            await tick.WaitForNextTickAsync(stop);
        }
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="IsSeen">The cluster has read the last change.</param>
/// <param name="Failure">Why it will not get further, or null.</param>
readonly record struct WorkloadState(long Wanted, long Updated, long Ready, long Present, bool IsSeen, string? Failure)
{
    public bool IsRolledOut => IsSeen && Updated == Wanted && Ready == Wanted && Present == Wanted;

    public string Sentence => $"{Ready} of {Wanted} ready, {Updated} of the new kind{(Present > Wanted ? $", {Present - Wanted} still ending" : "")}";

    public static WorkloadState Of(JsonObject workload)
    {
        var (spec, status) = (workload["spec"], workload["status"]);
        var stuck = (status?["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(one => (string?)one["type"] == "Progressing" && (string?)one["reason"] == "ProgressDeadlineExceeded");
        return new((long?)spec?["replicas"] ?? 1, (long?)status?["updatedReplicas"] ?? 0, (long?)status?["readyReplicas"] ?? 0, (long?)status?["replicas"] ?? 0,
            ((long?)status?["observedGeneration"] ?? 0) >= ((long?)workload["metadata"]?["generation"] ?? 0),
            stuck is null ? null : $"The roll-out stands still: {(string?)stuck["message"] ?? "its deadline is over"}");
    }

    public static string? RestartStamp(JsonObject workload) => (string?)workload["spec"]?["template"]?["metadata"]?["annotations"]?[Workload.RestartedAt];
}
