using Microsoft.AspNetCore.Http;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Kubernetes;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>The steps against a server that speaks the API; no cluster is behind it.</summary>
public sealed class KubernetesStepTests : IAsyncLifetime
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    readonly Dictionary<string, string> secrets = new() { ["token"] = FakeCluster.Token };
    readonly KubernetesStepExecutor kind;
    FakeCluster cluster = null!;

    public KubernetesStepTests() => kind = new(new NamedSecrets(secrets), new Outbound(), TimeProvider.System);

    public async Task InitializeAsync() => cluster = await FakeCluster.StartAsync();

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [Fact]
    public async Task Scale_WaitsUntilAllAreReady()
    {
        cluster.Deployment("api", 2);
        var lines = new StepKindTests.Lines();
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync("action: scale, object: deployment/api, replicas: \"${parameters.x}\", timeout: 5m", "4", lines));
        Assert.Equal(("2", "4", "4"), (done.Outputs["before"], done.Outputs["replicas"], done.Outputs["ready"]));
        Assert.Equal("from 2 to 4", lines.All[0]);
        Assert.Equal(4, (long)cluster.Find("/apis/apps/v1/namespaces/default/deployments/api")["spec"]!["replicas"]!);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4;5")]
    [InlineData("99999")]
    public async Task Scale_ToWhatIsNoNumber_ChangesNothing(string value)
    {
        cluster.Deployment("api", 2);
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("action: scale, object: deployment/api, replicas: \"${parameters.x}\"", value));
        Assert.Equal(StepEffect.None, failed.Effect);
        Assert.DoesNotContain(cluster.Requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restart_StampsTheTemplate_AndItsCheckFindsTheStamp()
    {
        cluster.Deployment("api", 2);
        var kept = "";
        var context = Context("action: restart, object: deployment/api, timeout: 5m") with { KeepAsync = (handle, _) => { kept = handle; return Task.CompletedTask; } };
        Assert.IsType<StepOutcome.Done>(await kind.ExecuteAsync(context, default));
        Assert.Equal(StepEffect.Applied, await kind.CheckAsync(context with { Handle = kept }, default));
        Assert.Equal(StepEffect.None, await kind.CheckAsync(context with { Handle = "another" }, default));
    }

    [Fact]
    public async Task RollOut_ThatStandsStill_Fails()
    {
        cluster.Deployment("api", 2).LooksUntilReady = int.MaxValue;
        cluster.Find("/apis/apps/v1/namespaces/default/deployments/api")["status"]!["conditions"] = System.Text.Json.Nodes.JsonNode.Parse("""[{ "type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "it has timed out progressing" }]""");
        Assert.Equal(new StepOutcome.Failed("The roll-out stands still: it has timed out progressing", false, StepEffect.Applied), await RunAsync("action: restart, object: deployment/api, timeout: 5m"));
    }

    [Fact]
    public async Task CordonAndUncordon_CloseAndOpenTheNode()
    {
        cluster.Node("n1");
        Assert.Equal("true", Assert.IsType<StepOutcome.Done>(await RunAsync("action: cordon, object: node/n1")).Outputs["unschedulable"]);
        Assert.Equal("false", Assert.IsType<StepOutcome.Done>(await RunAsync("action: uncordon, object: node/n1")).Outputs["unschedulable"]);
    }

    [Fact]
    public async Task Drain_EvictsPodByPod_HeedsBudgets_AndLeavesWhatBelongsToTheNode()
    {
        cluster.Node("n1").Pod("a", "n1").Pod("b", "n1", "StatefulSet").Pod("logs", "n1", "DaemonSet").Pod("proxy", "n1", "", annotations: "\"kubernetes.io/config.mirror\": \"x\"").Pod("elsewhere", "n2");
        cluster.BudgetRefusals = 1;
        var lines = new StepKindTests.Lines();
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync("action: drain, object: node/n1, timeout: 5m", lines: lines));
        Assert.Equal(("2", "2"), (done.Outputs["evicted"], done.Outputs["stayed"]));
        Assert.True((bool)cluster.Find("/api/v1/nodes/n1")["spec"]!["unschedulable"]!);
        Assert.Equal([false, false, true, true, true], new[] { "a", "b", "logs", "proxy", "elsewhere" }.Select(name => cluster.Has($"/api/v1/namespaces/default/pods/{name}")));
        Assert.Contains("default/a has to wait: The cluster says: Cannot evict pod as it would violate the pod's disruption budget.", lines.All);
        Assert.Equal(StepEffect.Applied, await kind.CheckAsync(Context("action: drain, object: node/n1"), default));
    }

    [Theory]
    [InlineData("", "", "The pod default/a belongs to nothing that would start it elsewhere. The node is cordoned; nothing was evicted.")]
    [InlineData("ReplicaSet", "{ \"name\": \"v\", \"emptyDir\": {} }", "The pod default/a keeps data on the node (emptyDir), which would be lost. The node is cordoned; nothing was evicted.")]
    public async Task Drain_WhatWouldBeLost_StopsIt(string owner, string volumes, string expected)
    {
        cluster.Node("n1").Pod("a", "n1", owner, volumes);
        Assert.Equal(expected, Assert.IsType<StepOutcome.Failed>(await RunAsync("action: drain, object: node/n1")).Reason);
        Assert.True(cluster.Has("/api/v1/namespaces/default/pods/a"));
    }

    [Fact]
    public async Task DeletePod_IsDoneWhenItIsGone()
    {
        cluster.Pod("a", "n1");
        Assert.IsType<StepOutcome.Done>(await RunAsync("action: deletePod, object: pod/a"));
        Assert.False(cluster.Has("/api/v1/namespaces/default/pods/a"));
    }

    [Fact]
    public async Task Get_ShowsHowItStands_AndSendsNoChange()
    {
        cluster.Deployment("api", 3);
        Assert.Equal("3", Assert.IsType<StepOutcome.Done>(await RunAsync("action: get, object: deployment/api")).Outputs["ready"]);
        Assert.All(cluster.Requests, request => Assert.StartsWith("GET ", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../secrets/x")]
    [InlineData("a b")]
    [InlineData("A")]
    [InlineData("")]
    public async Task Name_ThatIsNone_IsNeverAsked(string value)
    {
        Assert.Equal(StepEffect.None, Assert.IsType<StepOutcome.Failed>(await RunAsync("action: get, object: \"pod/${parameters.x}\"", value)).Effect);
        Assert.Empty(cluster.Requests);
    }

    [Fact]
    public async Task Token_ThatIsRefusedOrMissing_IsSaid_AndNeverShown()
    {
        cluster.Deployment("api", 2);
        secrets["token"] = "another-token-0123456789";
        Assert.Equal(new StepOutcome.Failed("The cluster refuses the token.", false, StepEffect.None), await RunAsync("action: restart, object: deployment/api"));
        secrets.Clear();
        Assert.Equal("There is no secret `token`.", Assert.IsType<StepOutcome.Failed>(await RunAsync("action: restart, object: deployment/api")).Reason);
    }

    [Theory]
    [InlineData("[]", "did not answer with JSON.")]
    [InlineData("{ \"spec\": \"x\" }", "What the cluster answered is not of its API.")]
    [InlineData("<html>", "did not answer with JSON.")]
    public async Task Answer_ThatIsNone_IsSaid(string body, string expected)
    {
        cluster.Instead = context => context.Response.WriteAsync(body);
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("action: get, object: deployment/api"));
        Assert.EndsWith(expected, failed.Reason, StringComparison.Ordinal);
        Assert.Equal(StepEffect.None, failed.Effect);
    }

    [Fact]
    public async Task Nobody_There_ChangedNothing()
    {
        await cluster.DisposeAsync();
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync("action: restart, object: deployment/api"));
        Assert.Equal((true, StepEffect.None), (failed.CanRetry, failed.Effect));
    }

    [Fact]
    public async Task Authority_OnlyItsOwnCertificatesAreTrusted()
    {
        using var certificate = LoopbackServer.SelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var other = LoopbackServer.SelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using var secure = (await FakeCluster.StartAsync(certificate)).Deployment("api", 2);
        secrets["ca"] = certificate.ExportCertificatePem();
        Assert.IsType<StepOutcome.Done>(await RunAsync("action: get, object: deployment/api, ca: ca", address: secure.Address));
        secrets["ca"] = other.ExportCertificatePem();
        Assert.Contains("its certificate is not of the authority that is known", Assert.IsType<StepOutcome.Failed>(await RunAsync("action: get, object: deployment/api, ca: ca", address: secure.Address)).Reason, StringComparison.Ordinal);
        secrets["ca"] = "no certificate";
        Assert.Equal("The secret named by `ca` holds no certificate in PEM.", Assert.IsType<StepOutcome.Failed>(await RunAsync("action: get, object: deployment/api, ca: ca", address: secure.Address)).Reason);
    }

    [Theory]
    [InlineData("action: scale, object: node/n1, replicas: \"1\"", "`object: node/n1` does not fit the action. Write `deployment/name` or `statefulset/name`.")]
    [InlineData("action: scale, object: deployment/a", "`replicas` is missing. Write for example `replicas: \"${parameters.replicas}\"`; the parameter holds the bounds.")]
    [InlineData("action: drain, object: deployment/a", "`object: deployment/a` does not fit the action. Write `node/name`.")]
    [InlineData("action: get, object: secret/a", "`object: secret/a` does not fit the action. Write `deployment/name` or `statefulset/name` or `node/name` or `pod/name`.")]
    [InlineData("action: get, object: \"${parameters.x}/a\"", "`object: ${parameters.x}/a` does not fit the action. Write `deployment/name` or `statefulset/name` or `node/name` or `pod/name`.")]
    [InlineData("action: get, object: pod/a, namespace: A_b", "`A_b` is no namespace. Write for example `namespace: production`.")]
    public void Wrong_IsSaidWithItsLine(string keys, string expected) => Assert.Equal([$"8: {expected}"], RunbookText.Problems(Head + $"  - {{ name: a, kind: kubernetes, connection: \"https://k:6443\", {keys} }}", kind));

    [Theory]
    [InlineData("http://k:6443")]
    [InlineData("https://u:p@k:6443")]
    [InlineData("k:6443")]
    public void Address_ThatIsNone_IsSaid(string address) =>
        Assert.Contains("is no address of an API server: https, or http on loopback.", Assert.Single(RunbookText.Problems(Head + $"  - {{ name: a, kind: kubernetes, connection: \"{address}\", action: get, object: pod/a }}", kind)), StringComparison.Ordinal);

    [Fact]
    public void Plan_NamesActionObjectAndPlace()
    {
        var plan = kind.Plan(Context("action: scale, object: deployment/api, replicas: \"${parameters.x}\"", "4").Step, StepKindTests.Inputs("4"));
        Assert.Equal(["scale", "deployment/api", "replicas=4"], plan.Command);
        Assert.Equal((RiskClass.Reversible, null), (plan.Risk, plan.Problem));
    }

    StepContext Context(string keys, string value = "d", StepKindTests.Lines? lines = null, string? address = null) =>
        StepKindTests.Context(StepKindTests.Step(kind, $"kind: kubernetes, connection: \"{address ?? cluster.Address}\", token: token, {keys}"), value, lines);

    Task<StepOutcome> RunAsync(string keys, string value = "d", StepKindTests.Lines? lines = null, string? address = null) => kind.ExecuteAsync(Context(keys, value, lines, address), default);

    sealed class NamedSecrets(Dictionary<string, string> secrets) : ISecrets
    {
        public SecretValue Find(string name) => secrets.TryGetValue(name, out var text) ? new(name, text) : throw new SecretMissingException($"There is no secret `{name}`.");
    }
}
