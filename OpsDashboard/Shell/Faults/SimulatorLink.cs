using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Access;

namespace OpsDashboard.Shell.Faults;

/// <summary>
/// The way to the simulator: HTTP at its loopback control address, as to any other program. Thread-safe. It asks nobody for permission:
/// <see cref="FaultDesk"/> stands before it.
/// </summary>
public sealed class SimulatorLink(IConfiguration configuration, HttpMessageHandler? handler = null) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // The control address never leaves this machine; a proxy of the environment must not come between.
    readonly HttpClient client = new(handler ?? new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Whether this program runs a simulator.</summary>
    public bool IsThere => configuration["Simulator:ControlAddress"] is { Length: > 0 };

    public Task<SimulatorState> ReadAsync(CancellationToken stop) => SendAsync<SimulatorState>(HttpMethod.Get, "simulator", null, stop);

    public Task<IReadOnlyList<FaultState>> FaultsAsync(string system, CancellationToken stop) =>
        SendAsync<IReadOnlyList<FaultState>>(HttpMethod.Get, $"systems/{Escape(system)}/faults", null, stop);

    public Task<IReadOnlyList<FaultState>> InjectAsync(string system, FaultRequest request, CancellationToken stop) =>
        SendAsync<IReadOnlyList<FaultState>>(HttpMethod.Post, $"systems/{Escape(system)}/faults", request, stop);

    /// <param name="kind">Null ends all.</param>
    public Task<IReadOnlyList<FaultState>> EndAsync(string system, string? kind, CancellationToken stop) =>
        SendAsync<IReadOnlyList<FaultState>>(HttpMethod.Delete, kind is null ? $"systems/{Escape(system)}/faults" : $"systems/{Escape(system)}/faults/{Escape(kind)}", null, stop);

    public Task<SimulatedState> RestartAsync(string system, CancellationToken stop) =>
        SendAsync<SimulatedState>(HttpMethod.Post, $"systems/{Escape(system)}/restart", null, stop);

    /// <summary>Stops or starts all simulated systems; kept over restarts of the program.</summary>
    public Task<SimulatorState> SwitchAsync(bool on, CancellationToken stop) =>
        SendAsync<SimulatorState>(HttpMethod.Post, on ? "simulator/start" : "simulator/stop", null, stop);

    public void Dispose() => client.Dispose();

    /// <exception cref="InvalidInputException">The simulator refused the values.</exception>
    /// <exception cref="NotFoundException">There is no such simulated system, or no simulator.</exception>
    /// <exception cref="HttpRequestException">The simulator does not answer.</exception>
    async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken stop)
    {
        if (configuration["Simulator:ControlAddress"] is not { Length: > 0 } address)
            throw new NotFoundException("simulator here: it runs where Simulator__Enabled is true");
        using var request = new HttpRequestMessage(method, $"{address}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", configuration["Simulator:ControlToken"]);
        if (body is not null)
            request.Content = JsonContent.Create(body, options: Json);
        using var response = await client.SendAsync(request, stop);
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw new NotFoundException("such simulated system");
        if (response.StatusCode == HttpStatusCode.BadRequest)
            throw new InvalidInputException((await response.Content.ReadFromJsonAsync<Refusal>(Json, stop))?.Errors ?? []);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<T>(Json, stop))!;
    }

    static string Escape(string part) => Uri.EscapeDataString(part);

    sealed record Refusal(IReadOnlyList<FieldProblem> Errors);
}
