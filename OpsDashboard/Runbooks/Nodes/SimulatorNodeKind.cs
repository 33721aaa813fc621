using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Nodes;

/// <param name="SystemId">The simulated system on whose machine commands run.</param>
public sealed record SimulatorNodeOptions(string SystemId);

/// <summary>Simulated machines: <c>cg-api: { kind: simulator, system: case-opening }</c>.</summary>
public sealed class SimulatorNodeKind(IConfiguration configuration) : ICommandNodeKind, IDisposable
{
    // The control address never leaves this machine; a proxy of the environment must not come between.
    readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public string Kind => "simulator";

    public object ReadOptions(YamlMap node) => new SimulatorNodeOptions(node.Required("system"));

    public string Describe(Node node) => $"{node.Id} (SIMULATED {Options(node).SystemId})";

    public ICommandNode Open(Node node) => new SimulatorNode(client, configuration, Options(node).SystemId);

    public void Dispose() => client.Dispose();

    static SimulatorNodeOptions Options(Node node) => (SimulatorNodeOptions)node.Options;
}
