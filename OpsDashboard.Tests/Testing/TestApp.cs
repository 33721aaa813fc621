using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Tests.Testing;

/// <summary>The whole program in this process, over an empty data folder, without the simulator.</summary>
public sealed class TestApp : WebApplicationFactory<Program>
{
    public const string Token = "test-token-of-the-bootstrap";

    readonly string folder = RealServer.TemporaryFolder("app");

    /// <summary>The folder of the catalogue; what is written there before the first client is read at the start.</summary>
    public string Systems => Path.Combine(folder, "systems");

    /// <summary>Whom the domain sees behind the bootstrap token; null leaves the token's own actor.</summary>
    public Actor? ActsAs { get; set; }

    /// <summary>A client with the bootstrap token, which has every grant.</summary>
    public HttpClient Automation()
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    public HttpClient Stranger() => CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("environment", "Production");
        builder.UseSetting("Storage:DataDirectory", folder);
        builder.UseSetting("Simulator:Enabled", "false");
        builder.UseSetting("Catalogue:Path", Directory.CreateDirectory(Path.Combine(folder, "systems")).FullName);
        builder.UseSetting("Access:Bootstrap:ApiToken", Token);
        builder.ConfigureTestServices(services =>
        {
            var original = services.Last(service => service.ServiceType == typeof(ICurrentActor)).ImplementationType!;
            services.AddScoped(original);
            services.AddScoped<ICurrentActor>(provider => new Disguise(this, (ICurrentActor)provider.GetRequiredService(original)));
        });
    }

    sealed class Disguise(TestApp app, ICurrentActor inner) : ICurrentActor
    {
        public ValueTask<Actor> GetAsync() => app.ActsAs is { } actor ? new(actor) : inner.GetAsync();
    }
}
