using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Nodes;

/// <param name="SystemId">The simulated system on whose machine commands run.</param>
public sealed record SimulatorNodeOptions(string SystemId);

/// <summary>
/// Runs commands on a simulated machine: over HTTP at the simulator's loopback control address, with the same argument lists as on a real one.
/// The answer is one JSON object a line: <c>{"out":…}</c>, <c>{"err":…}</c>, at the end <c>{"exit":0}</c>. Closing the connection kills the command.
/// </summary>
public sealed class SimulatorNode(IConfiguration configuration, HttpMessageHandler? handler = null) : ICommandRunner, IDisposable
{
    // The control address never leaves this machine; a proxy of the environment must not come between.
    readonly HttpClient client = new(handler ?? new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public string Kind => "simulator";

    public object ReadOptions(YamlMap node) => new SimulatorNodeOptions(node.Required("system"));

    public string Describe(Node node) => $"{node.Id} (SIMULATED {Options(node).SystemId})";

    public async Task<CommandEnd> RunAsync(Node node, NodeCommand command, IStepOutput output, CancellationToken stop)
    {
        if (configuration["Simulator:ControlAddress"] is not { Length: > 0 } address)
            return new(null, "There is no simulator here: it runs where Simulator__Enabled is true.", HasBegun: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/systems/{Uri.EscapeDataString(Options(node).SystemId)}/commands");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", configuration["Simulator:ControlToken"]);
        request.Content = JsonContent.Create(new { argv = command.Argv, environment = command.Environment });
        var hasBegun = false;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (response.StatusCode != HttpStatusCode.OK)
                return new(null, $"The simulator refused the command with {(int)response.StatusCode}.", HasBegun: false);
            hasBegun = true;
            return await FollowAsync(response, output, stop);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            return new(null, hasBegun ? "The connection to the simulator broke." : "The simulator does not answer.", hasBegun);
        }
    }

    public void Dispose() => client.Dispose();

    static async Task<CommandEnd> FollowAsync(HttpResponseMessage response, IStepOutput output, CancellationToken stop)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            using var said = JsonDocument.Parse(line);
            if (said.RootElement.TryGetProperty("exit", out var exit))
                return new(exit.GetInt32());
            if (said.RootElement.TryGetProperty("err", out var error))
                output.Write(error.GetString() ?? "", isError: true);
            else if (said.RootElement.TryGetProperty("out", out var text))
                output.Write(text.GetString() ?? "");
        }
        return new(null, "The connection to the simulator broke.");
    }

    static SimulatorNodeOptions Options(Node node) => (SimulatorNodeOptions)node.Options;
}
