using System.Security.Cryptography;
using OpsDashboard.Simulator.Beacons;
using OpsDashboard.Simulator.Control;

namespace OpsDashboard.Simulator;

public static class SimulatorFeature
{
    /// <summary>
    /// Binds the ports of the simulated systems and publishes them as variables of the catalogue, which then reads the environment
    /// <c>simulator</c>; <c>Simulator:ControlAddress</c> and <c>Simulator:ControlToken</c> are where and with what faults are injected.
    /// Nothing listens before the program starts.
    /// </summary>
    public static WebApplicationBuilder AddSimulator(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Simulator").Get<SimulatorOptions>() ?? new();
        if (!(options.Enabled ?? builder.Environment.IsDevelopment()))
            return builder;
        var folder = Path.GetFullPath(Path.Combine(builder.Configuration["Storage:DataDirectory"] ?? "data", "simulator"), builder.Environment.ContentRootPath);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var fleet = new Fleet(TimeProvider.System, folder, options.Seed, made => new ControlSite(made, token, TimeProvider.System).Build());
        var published = fleet.Addresses.ToDictionary(address => $"Catalogue:Variables:{address.Variable}", string? (address) => address.Value);
        published["Catalogue:Environment"] = "simulator";
        published["Simulator:ControlAddress"] = fleet.Control.Url;
        published["Simulator:ControlToken"] = token;
        builder.Configuration.AddInMemoryCollection(published);
        builder.Services.AddHostedService(services => new SimulatorHost(fleet, options, TimeProvider.System, services.GetRequiredService<ILogger<SimulatorHost>>()));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<BeaconSender>(services, fleet, TimeProvider.System));
        return builder;
    }

    public static WebApplication MapSimulator(this WebApplication app)
    {
        return app;
    }
}
