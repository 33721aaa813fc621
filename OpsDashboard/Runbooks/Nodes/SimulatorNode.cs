using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>
/// Runs commands on a simulated machine: over HTTP at the simulator's loopback control address, with the same argument lists as on a real one.
/// The answer is one JSON object a line: <c>{"out":…}</c>, <c>{"err":…}</c>, at the end <c>{"exit":0}</c>. Closing the connection kills the command, so that
/// none outlives whoever started it.
/// </summary>
public sealed class SimulatorNode(HttpClient client, IConfiguration configuration, string systemId) : ICommandNode
{
    public async Task<CommandResult> RunAsync(CommandSpec command, ICommandWatch watch, CancellationToken abort)
    {
        if (command.Problem() is { } refusal)
            return CommandResult.NotStarted(refusal);
        if (configuration["Simulator:ControlAddress"] is not { Length: > 0 } address)
            return CommandResult.NotStarted("There is no simulator here: it runs where Simulator__Enabled is true.");
        await watch.StartedAsync(new(CommandHandle.NewMarker(), "0", 2, 0), abort);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/systems/{Uri.EscapeDataString(systemId)}/commands");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", configuration["Simulator:ControlToken"]);
        request.Content = JsonContent.Create(new { argv = command.Arguments, environment = command.Environment });
        var hasBegun = false;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, abort);
            if (response.StatusCode != HttpStatusCode.OK)
                return CommandResult.NotStarted($"The simulator refused the command with {(int)response.StatusCode}.");
            hasBegun = true;
            return await FollowAsync(response, watch, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new(CommandEnding.Aborted, null, "Aborted. The simulated command is gone with its connection.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            return hasBegun ? new(CommandEnding.Unknown, null, "The connection to the simulator broke.") : CommandResult.NotStarted("The simulator does not answer.");
        }
    }

    public Task<FoundCommand> FindAsync(CommandHandle handle, CancellationToken stop) =>
        Task.FromResult(new FoundCommand(FoundState.Gone, null, "The simulated command is gone with its connection; how it ended was not kept."));

    public Task<AbortResult> AbortAsync(CommandHandle handle, CancellationToken stop) =>
        Task.FromResult(new AbortResult(true, "The simulated command is gone with its connection."));

    static async Task<CommandResult> FollowAsync(HttpResponseMessage response, ICommandWatch watch, CancellationToken abort)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(abort));
        while (await reader.ReadLineAsync(abort) is { } line)
        {
            using var said = JsonDocument.Parse(line);
            if (said.RootElement.TryGetProperty("exit", out var exit))
                return CommandResult.Exited(exit.GetInt32());
            if (said.RootElement.TryGetProperty("err", out var error))
                watch.Write(new(OutputStream.Errors, error.GetString() ?? ""));
            else if (said.RootElement.TryGetProperty("out", out var text))
                watch.Write(new(OutputStream.Output, text.GetString() ?? ""));
        }
        return new(CommandEnding.Unknown, null, "The connection to the simulator broke.");
    }
}
