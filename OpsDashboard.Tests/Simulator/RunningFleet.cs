using System.Net.Http.Headers;
using System.Net.Http.Json;
using OpsDashboard.Simulator;
using OpsDashboard.Simulator.Control;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>The five systems listening on loopback ports, in real time.</summary>
public sealed class RunningFleet : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("sim").FullName;
    readonly Dictionary<string, string> addresses;

    public RunningFleet()
    {
        Fleet = new(TimeProvider.System, folder, 1, made => new ControlSite(made, "token", TimeProvider.System).Build());
        addresses = Fleet.Addresses.ToDictionary(address => address.Variable, address => address.Value);
        Control.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        Control.BaseAddress = new(Fleet.Control.Url);
    }

    internal Fleet Fleet { get; }

    public HttpClient Client { get; } = new() { Timeout = Patience.Limit };

    public HttpClient Control { get; } = new();

    /// <summary>An address by the catalogue's variable, as a URL.</summary>
    public string Url(string variable) => addresses[variable] is var address && address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}";

    public Task<string> GetAsync(string variable, string path = "") => Client.GetStringAsync(Url(variable) + path);

    public async Task InjectAsync(string system, object order)
    {
        using var response = await Control.PostAsJsonAsync($"/systems/{system}/faults", order);
        response.EnsureSuccessStatusCode();
    }

    public async Task EndAsync(string system)
    {
        using var response = await Control.DeleteAsync($"/systems/{system}/faults");
        response.EnsureSuccessStatusCode();
    }

    public Task InitializeAsync() => Fleet.StartAsync(default);

    public async Task DisposeAsync()
    {
        Client.Dispose();
        Control.Dispose();
        await Fleet.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
