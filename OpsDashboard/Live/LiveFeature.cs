using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Live.Replicas;

namespace OpsDashboard.Live;

/// <summary>Wake-ups inside the process, and the hub that carries frames to browsers.</summary>
public static class LiveFeature
{
    public const string HubPath = "/hubs/live";

    public static WebApplicationBuilder AddLive(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<LiveBus>();
        services.AddSingleton(_ => LiveOptions.Read(builder.Configuration));
        services.AddScoped<CircuitConnection>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitConnection>());
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<HubLifetimeManager<LiveHub>>(provider => provider.GetRequiredService<LiveConnections>());
        services.AddHostedService(provider => provider.GetRequiredService<LiveConnections>());
        builder.AddReplicas();
        services.AddSignalR().AddHubOptions<LiveHub>(options =>
        {
            // Frames are encoded once, as JSON; a client that speaks anything else could not read them.
            options.SupportedProtocols = ["json"];
            options.MaximumReceiveMessageSize = 256 * 1024;
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(60);
            options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        }).AddJsonProtocol(options => options.PayloadSerializerOptions.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase)));
        return builder;
    }

    /// <summary>The wake-ups between replicas alone, for commands that write and serve nobody.</summary>
    public static WebApplicationBuilder AddReplicas(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (builder.Configuration["Live:Redis"] is not { } redis || string.IsNullOrWhiteSpace(redis))
        {
            services.AddSingleton<IReplicaChannel, NoReplicas>();
            return builder;
        }
        services.AddSingleton(provider => new RedisReplicaChannel(redis, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisReplicaChannel>>()));
        services.AddSingleton<IReplicaChannel>(provider => provider.GetRequiredService<RedisReplicaChannel>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisReplicaChannel>());
        services.AddSingleton<IReadinessCheck, ReplicaReadiness>();
        return builder;
    }

    public static WebApplication MapLive(this WebApplication app)
    {
        // No long polling: between two polls nothing is open that could be ended when grants shrink.
        app.MapHub<LiveHub>(HubPath, hub => hub.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents).RequirePermission(Permission.ReadMetrics);
        return app;
    }
}
