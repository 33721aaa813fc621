using Microsoft.Extensions.Configuration;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Runbooks.Nodes.Local;
using OpsDashboard.Runbooks.Nodes.Ssh;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes;

/// <summary>Nodes and sets of them in <c>environments/&lt;name&gt;.yml</c>.</summary>
public sealed class NodeReadingTests
{
    const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    [Fact]
    public void Nodes_AndSets_AreReadWithTheirVariables()
    {
        var reading = Read($$"""
            variables: { shop_api: "127.0.0.1:9100", host: "10.0.0.4" }
            nodes:
              here: { kind: local }
              api-1: { kind: ssh, address: "${host}:2222", user: ops, key: deploy-key, hostKey: "{{Key}}" }
              api-2: { kind: ssh, address: "[fd00::7]:22", user: ops, key: deploy-key, hostKey: ["{{Key}}"] }
            nodeSets:
              apis: { nodes: [api-1, api-2], batch: 1, canary: false, pause: 30s, maxFailures: 1, minimumHealthy: 1 }
              plain: { nodes: [api-1] }
            """);
        Assert.Empty(reading.Problems);
        Assert.Equal(["here local", "api-1 ssh ops@10.0.0.4:2222", "api-2 ssh ops@fd00::7"], reading.Nodes.Select(node => $"{node.Id} {node.Kind}{(node.Options is SshAddress address ? $" {address}" : "")}"));
        Assert.Equal([("apis", 1, false, 30, 1, 1), ("plain", 1, true, 0, 0, 0)], reading.NodeSets.Select(set => (set.Id, set.BatchSize, set.HasCanary, (int)set.Pause.TotalSeconds, set.MaxFailures, set.MinimumHealthy)));
    }

    [Theory]
    [InlineData("{ kind: ssh, address: \"-oProxyCommand=id\", user: ops, key: k, hostKey: \"KEY\" }", "`-oProxyCommand=id` is no address.")]
    [InlineData("{ kind: ssh, address: \"h:99999\", user: ops, key: k, hostKey: \"KEY\" }", "`h:99999` is no address.")]
    [InlineData("{ kind: ssh, address: h, user: \"-l\", key: k, hostKey: \"KEY\" }", "`-l` cannot be a user's name.")]
    [InlineData("{ kind: ssh, address: h, user: ops, key: \"-----BEGIN\", hostKey: \"KEY\" }", "`key` must be the name of a secret, not the key itself.")]
    [InlineData("{ kind: ssh, address: h, user: ops, key: k }", "`hostKey` is missing: without it anybody could be the machine.")]
    [InlineData("{ kind: ssh, address: h, user: ops, key: k, hostKey: \"ssh-ed25519 AAAA\" }", "That is no host key: the key is none of type ssh-ed25519.")]
    [InlineData("{ kind: ssh, address: h, user: ops, key: k, hostKey: \"KEY\", password: x }", "`password` is not known here.")]
    [InlineData("{ kind: telnet }", "There is no kind of node `telnet`.")]
    public void Node_ThatIsWrong_IsSaidWithItsLine(string node, string message) =>
        Assert.Equal([$"environments/test.yml:3: {message}"], Problems($"variables: {{ shop_api: \"127.0.0.1:9100\" }}\nnodes:\n  a: {node.Replace("KEY", Key)}\n"));

    [Fact]
    public void Node_SaysWhatRunsThere()
    {
        var reading = Read("variables: { shop_api: \"127.0.0.1:9100\" }\nnodes:\n  a: { kind: local, component: shop/api }\n  b: { kind: local, target: \"shop/api/127.0.0.1:9100\" }\n  c: { kind: local }\n");
        Assert.Empty(reading.Problems);
        Assert.Equal([new("shop", "api", null), new("shop", "api", "127.0.0.1:9100"), null], reading.Nodes.Select(node => node.Part));
    }

    [Theory]
    [InlineData("component: api", "`api` names nothing that health knows.")]
    [InlineData("component: shop/", "`shop/` names nothing that health knows.")]
    [InlineData("component: mall/api", "There is no system `mall`.")]
    [InlineData("component: shop/web", "`shop` has no component `web`.")]
    [InlineData("component: shop/database", "Nothing watches `shop/database`.")]
    [InlineData("target: shop/api", "`shop/api` names nothing that health knows.")]
    [InlineData("target: \"shop/api/10.0.0.4:9100\"", "No target of `shop/api` has the instance `10.0.0.4:9100`.")]
    [InlineData("component: shop/api, target: \"shop/api/127.0.0.1:9100\"", "A node says what runs there once.")]
    public void Part_ThatHealthDoesNotKnow_IsSaidWithItsLine(string part, string message) =>
        Assert.Equal([$"environments/test.yml:3: {message}"], Problems($"variables: {{ shop_api: \"127.0.0.1:9100\" }}\nnodes:\n  a: {{ kind: local, {part} }}\n"));

    [Theory]
    [InlineData("{ nodes: [a, b] }", "There is no node `b` in this environment.")]
    [InlineData("{ nodes: [a, a] }", "`a` stands here twice.")]
    [InlineData("{ nodes: [] }", "The set has no nodes.")]
    [InlineData("{ nodes: [a], batch: 0 }", "`batch: 0` is out of range.")]
    [InlineData("{ nodes: [a], minimumHealthy: 1 }", "1 of 1 nodes must stay healthy: no node could ever be worked on.")]
    [InlineData("{ nodes: [a], size: 1 }", "`size` is not known here.")]
    public void Set_ThatIsWrong_IsSaidWithItsLine(string set, string message) =>
        Assert.Equal([$"environments/test.yml:5: {message}"], Problems($"variables: {{ shop_api: \"127.0.0.1:9100\" }}\nnodes:\n  a: {{ kind: local }}\nnodeSets:\n  s: {set}\n"));

    [Fact]
    public void Set_WithTheNameOfANode_IsRefused() =>
        Assert.Equal(["environments/test.yml:5: `a` is a node already."], Problems("variables: { shop_api: \"127.0.0.1:9100\" }\nnodes:\n  a: { kind: local }\nnodeSets:\n  a: { nodes: [a] }\n"));

    static IEnumerable<string> Problems(string environment) => Read(environment).Problems.Select(problem => $"{problem.File}:{problem.Line}: {problem.Message}");

    static CatalogueReading Read(string environment)
    {
        var secrets = new SecretStore(new ConfigurationBuilder().Build());
        INodeKind[] kinds = [new LocalNodeKind(new(), TimeProvider.System), new SshNodeKind(secrets, new(), TimeProvider.System)];
        return new CatalogueReader(FakeKind.All, [], nodeKinds: kinds).Read(new CatalogueText().With("environments/test.yml", environment).Files, "test", new Dictionary<string, string>());
    }
}
