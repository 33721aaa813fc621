using System.Security.Cryptography;
using OpsDashboard.Simulator.Beacons;
using OpsDashboard.Simulator.Control;
using OpsDashboard.Simulator.Stores;

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
        var stores = Stores(options).ToList();
        var published = fleet.Addresses.Concat(stores.SelectMany(store => store.Addresses)).ToDictionary(address => $"Catalogue:Variables:{address.Variable}", string? (address) => address.Value);
        published["Catalogue:Environment"] = "simulator";
        published["Simulator:ControlAddress"] = fleet.Control.Url;
        published["Simulator:ControlToken"] = token;
        builder.Configuration.AddInMemoryCollection(published);
        builder.Services.AddHostedService(services => new SimulatorHost(fleet, options, TimeProvider.System, services.GetRequiredService<ILogger<SimulatorHost>>()));
        foreach (var store in stores)
            builder.Services.AddSingleton<IHostedService>(services => new StoreHost(store, fleet, TimeProvider.System, services.GetRequiredService<ILogger<StoreHost>>()));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<BeaconSender>(services, fleet, TimeProvider.System));
        return builder;
    }

    static IEnumerable<IStoreWork> Stores(SimulatorOptions options)
    {
        if (options.Postgres is { Length: > 0 } postgres)
            yield return new PostgresWork(postgres, options.PostgresPassword);
        if (options.Redis is { Length: > 0 } redis)
            yield return new RedisWork(redis, options.RedisPassword, options.Seed);
    }

    public static WebApplication MapSimulator(this WebApplication app)
    {
        return app;
    }
}
