using OpsDashboard.Catalogue;

namespace OpsDashboard.Shell.Faults;

/// <summary>Which systems are simulated: those with a target at an address that the simulator published. What a person adds beside the demo is real. Thread-safe.</summary>
public sealed class SimulatedSystems(IConfiguration configuration)
{
    readonly string[] places = [.. configuration.GetSection("Catalogue:Variables").GetChildren().Select(variable => Place(variable.Value ?? "")).Where(place => place.Length > 0).Distinct()];

    public bool Contains(MonitoredSystem system) =>
        system.Targets.Any(target => target.Environment == "simulator" && Place(target.Address) is { Length: > 0 } place && places.Contains(place));

    // http://127.0.0.1:40139/health and 127.0.0.1:40139 are one place.
    static string Place(string address)
    {
        var from = address.IndexOf("://", StringComparison.Ordinal);
        var rest = from < 0 ? address : address[(from + 3)..];
        return rest.Split('/')[0];
    }
}
