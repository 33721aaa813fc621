using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Steps.Kubernetes;

public enum KubernetesAction { Get, Scale, Restart, Cordon, Uncordon, Drain, DeletePod }

/// <param name="Token">Name of the secret with a service account's token; null: none is sent.</param>
/// <param name="Authority">Name of the secret with the cluster's CA as PEM; null: the machine's own authorities.</param>
/// <param name="Kind">deployment, statefulset, node or pod.</param>
/// <param name="Replicas">Of scale.</param>
/// <param name="DeletesLocalData">Of drain: pods with an emptyDir are evicted too.</param>
public sealed partial record KubernetesOptions(string Connection, string? Token, string? Authority, string Namespace, KubernetesAction Action, string Kind, Template Name, Template? Replicas, bool DeletesLocalData)
{
    /// <summary>More is a mistake of typing.</summary>
    public const int MostReplicas = 1000;

    static readonly string[] Workloads = ["deployment", "statefulset"], All = [.. Workloads, "node", "pod"];

    public static KubernetesOptions Read(StepYaml step)
    {
        var map = step.Map;
        var action = map.Choice<KubernetesAction>("action");
        if (!map.Has("action"))
            map.Report("action", "`action` is missing.", "Write `action: restart`, `scale`, `cordon`, `uncordon`, `drain`, `deletePod` or `get`.");
        var connection = map.Text("connection") ?? "";
        if (connection.Length > 0 && RejectConnection(connection) is { } wrong)
            map.Report("connection", wrong, "Write `connection: https://host:6443`.");
        var (kind, name) = ReadObject(step, action);
        var replicas = step.Template("replicas");
        if (action == KubernetesAction.Scale && replicas is null)
            map.Report("replicas", "`replicas` is missing.", "Write for example `replicas: \"${parameters.replicas}\"`; the parameter holds the bounds.");
        if (replicas is not null && (action is { } given and not KubernetesAction.Scale))
            map.Report("replicas", $"`{given}` has no `replicas`.", "Remove it.");
        if (replicas is not null && !replicas.References.Any() && ReplicasOf(replicas.Source) is null)
            map.Report("replicas", $"`replicas: {replicas.Source}` is out of range.", $"Write a number up to {MostReplicas}.");
        var space = map.Text("namespace") ?? "default";
        if (!Label().IsMatch(space))
            map.Report("namespace", $"`{space}` is no namespace.", "Write for example `namespace: production`.");
        return new(connection, Secret(step, "token"), Secret(step, "ca"), space, action ?? KubernetesAction.Get, kind, name, replicas, map.Flag("deleteLocalData") ?? false);
    }

    public static string? RejectConnection(string connection) => Uri.TryCreate(connection, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
        ? null : $"`{connection}` is no address of an API server: https, or http on loopback.";

    public static bool IsName(string name) => Subdomain().IsMatch(name);

    public static int? ReplicasOf(string text) => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= MostReplicas ? number : null;

    static (string Kind, Template Name) ReadObject(StepYaml step, KubernetesAction? action)
    {
        var text = step.RequiredTemplate("object");
        var slash = text.Source.IndexOf('/');
        var kind = slash < 0 ? "" : text.Source[..slash];
        var fitting = action switch
        {
            KubernetesAction.Scale or KubernetesAction.Restart => Workloads,
            KubernetesAction.Cordon or KubernetesAction.Uncordon or KubernetesAction.Drain => (string[])["node"],
            KubernetesAction.DeletePod => ["pod"],
            _ => All,
        };
        if (!fitting.Contains(kind))
            step.Map.Report("object", $"`object: {text.Source}` does not fit the action.", $"Write {string.Join(" or ", fitting.Select(one => $"`{one}/name`"))}.");
        return (kind, Template.Parse(slash < 0 ? text.Source : text.Source[(slash + 1)..]));
    }

    static string? Secret(StepYaml step, string key)
    {
        if (step.Map.Text(key) is not { Length: > 0 } name)
            return null;
        if (!SecretStore.IsName(name))
            step.Map.Report(key, $"`{key}` must be the name of a secret, not the secret itself.", SecretStore.NameRule);
        return name;
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();
}
