using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>
/// A server on loopback that keeps objects and answers as the API server of Kubernetes does in the parts that steps use: get, merge patch, scale, eviction, delete,
/// lists by node. Nothing of a cluster is behind it: a roll-out is through after so many looks as the test says.
/// </summary>
sealed class FakeCluster : IAsyncDisposable
{
    public const string Token = "cluster-token-0123456789";

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, JsonObject> objects = new();
    readonly ConcurrentQueue<string> requests = new();

    FakeCluster(WebApplication app) => this.app = app;

    public string Address { get; private set; } = "";

    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>How often a change is looked at before it is through.</summary>
    public int LooksUntilReady { get; set; } = 2;

    /// <summary>Evictions that are refused by a disruption budget before one is let through.</summary>
    public int BudgetRefusals { get; set; }

    /// <summary>Answers instead of the API where it is not null.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public static async Task<FakeCluster> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var cluster = new FakeCluster(builder.Build());
        cluster.app.Run(cluster.AnswerAsync);
        await cluster.app.StartAsync();
        cluster.Address = cluster.app.Urls.Single();
        return cluster;
    }

    public FakeCluster Deployment(string name, int replicas, string space = "default")
    {
        objects[$"/apis/apps/v1/namespaces/{space}/deployments/{name}"] = JsonNode.Parse($$"""
            { "kind": "Deployment", "metadata": { "name": "{{name}}", "namespace": "{{space}}", "generation": 1 }, "spec": { "replicas": {{replicas}}, "template": { "metadata": {} } },
              "status": { "observedGeneration": 1, "replicas": {{replicas}}, "updatedReplicas": {{replicas}}, "readyReplicas": {{replicas}},
                          "conditions": [ { "type": "Available", "status": "True", "message": "Deployment has minimum availability." } ] } }
            """)!.AsObject();
        return this;
    }

    public FakeCluster Node(string name)
    {
        objects[$"/api/v1/nodes/{name}"] = JsonNode.Parse($$"""{ "kind": "Node", "metadata": { "name": "{{name}}" }, "spec": {}, "status": { "conditions": [ { "type": "Ready", "status": "True" } ] } }""")!.AsObject();
        return this;
    }

    /// <param name="owner">Kind of the controller; empty: none.</param>
    public FakeCluster Pod(string name, string node, string owner = "ReplicaSet", string volumes = "", string annotations = "")
    {
        var owners = owner.Length == 0 ? "" : $$"""{ "kind": "{{owner}}", "name": "x", "controller": true }""";
        objects[$"/api/v1/namespaces/default/pods/{name}"] = JsonNode.Parse($$"""
            { "kind": "Pod", "metadata": { "name": "{{name}}", "namespace": "default", "uid": "{{Guid.NewGuid()}}", "ownerReferences": [{{owners}}], "annotations": { {{annotations}} } },
              "spec": { "nodeName": "{{node}}", "volumes": [{{volumes}}] }, "status": { "phase": "Running" } }
            """)!.AsObject();
        return this;
    }

    public JsonObject Find(string path) => objects[path];

    public bool Has(string path) => objects.ContainsKey(path);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        requests.Enqueue($"{context.Request.Method} {path}{context.Request.QueryString}");
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            await FailAsync(context, 401, "Unauthorized");
            return;
        }
        switch (context.Request.Method)
        {
            case "GET" when path == "/api/v1/pods":
                var node = context.Request.Query["fieldSelector"].ToString().Split('=')[1];
                await context.Response.WriteAsync(new JsonObject { ["kind"] = "PodList", ["items"] = new JsonArray([.. objects.Values.Where(one => (string?)one["spec"]?["nodeName"] == node).Select(one => one.DeepClone())]) }.ToJsonString());
                break;
            case "POST" when path.EndsWith("/eviction", StringComparison.Ordinal):
                await EvictAsync(context, path[..^"/eviction".Length]);
                break;
            case "PATCH" when path.EndsWith("/scale", StringComparison.Ordinal):
                await PatchAsync(context, path[..^"/scale".Length]);
                break;
            case "PATCH":
                await PatchAsync(context, path);
                break;
            case "DELETE" when objects.TryRemove(path, out var gone):
                await context.Response.WriteAsync(gone.ToJsonString());
                break;
            case "GET" when objects.TryGetValue(path, out var found):
                Settle(found);
                await context.Response.WriteAsync(found.ToJsonString());
                break;
            default:
                await FailAsync(context, 404, $"{path[(path.LastIndexOf('/') + 1)..]} not found");
                break;
        }
    }

    async Task EvictAsync(HttpContext context, string pod)
    {
        if (BudgetRefusals-- > 0)
            await FailAsync(context, 429, "Cannot evict pod as it would violate the pod's disruption budget.");
        else if (objects.TryRemove(pod, out _))
            await context.Response.WriteAsync("""{ "kind": "Status", "status": "Success" }""");
        else
            await FailAsync(context, 404, "pod not found");
    }

    async Task PatchAsync(HttpContext context, string path)
    {
        if (context.Request.ContentType?.StartsWith("application/merge-patch+json", StringComparison.Ordinal) != true || !objects.TryGetValue(path, out var found))
        {
            await FailAsync(context, objects.ContainsKey(path) ? 415 : 404, "not so");
            return;
        }
        Merge(found, (await JsonNode.ParseAsync(context.Request.Body))!.AsObject());
        if (found["status"]?["observedGeneration"] is not null)
            found["metadata"]!["generation"] = (long)found["metadata"]!["generation"]! + 1;
        looks[path] = 0;
        await context.Response.WriteAsync(found.ToJsonString());
    }

    readonly ConcurrentDictionary<string, int> looks = new();

    // The controller comes to it after some looks.
    void Settle(JsonObject found)
    {
        var path = objects.First(pair => ReferenceEquals(pair.Value, found)).Key;
        if (found["status"]?["observedGeneration"] is null || !looks.TryGetValue(path, out var seen))
            return;
        looks[path] = seen + 1;
        if (seen < LooksUntilReady)
            return;
        var replicas = (long)found["spec"]!["replicas"]!;
        foreach (var name in new[] { "replicas", "updatedReplicas", "readyReplicas" })
            found["status"]![name] = replicas;
        found["status"]!["observedGeneration"] = (long)found["metadata"]!["generation"]!;
    }

    static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && into[name] is JsonObject deeper)
                Merge(deeper, inner);
            else
                into[name] = value?.DeepClone();
        }
    }

    static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["message"] = message, ["code"] = status }.ToJsonString());
    }
}
