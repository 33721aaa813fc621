using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace OpsDashboard.Tests.Testing;

/// <summary>The whole program in this process, with an empty catalogue, a database of its own and no network port.</summary>
public sealed class TestProgram : WebApplicationFactory<Program>
{
    public const string Token = "bootstrap-token-of-the-tests";

    readonly Dictionary<string, string?> settings;

    public TestProgram() : this([]) { }

    public TestProgram(Dictionary<string, string?> more)
    {
        settings = new()
        {
            ["Storage:DataDirectory"] = RealServer.TemporaryFolder("program"),
            ["Catalogue:Path"] = RealServer.TemporaryFolder("catalogue"),
            ["Simulator:Enabled"] = "false",
            ["Access:Bootstrap:ApiToken"] = Token,
            ["Access:Bootstrap:Email"] = "root@example.org",
            ["Access:Bootstrap:Password"] = "correct horse battery",
        };
        foreach (var (key, value) in more)
            settings[key] = value;
    }

    /// <summary>A client that carries the bootstrap token and follows no redirect.</summary>
    public HttpClient Automation(string? token = Token)
    {
        var client = CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false, BaseAddress = ClientOptions.BaseAddress });
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A browser of a stranger: keeps cookies, follows no redirect.</summary>
    public HttpClient Browser()
    {
        var client = CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
    }
}
