using System.Net;
using OpsDashboard.Access;
using OpsDashboard.Storage;

namespace OpsDashboard.Http;

/// <summary>Passwords and cookies do not cross a network readable unless somebody said so.</summary>
static class ListenRule
{
    /// <exception cref="StartRefusedException">It would listen with plain HTTP beyond loopback.</exception>
    public static void Check(IConfiguration configuration, AccessOptions access, HttpOptions http)
    {
        if (access.AllowInsecureHttp || http.Proxies.Any())
            return;
        if (Urls(configuration).FirstOrDefault(IsReadable) is { } url)
        {
            throw new StartRefusedException(
                $"{url} would take passwords over plain HTTP beyond this machine. Three ways out: a certificate (ASPNETCORE_URLS=https://… with Kestrel__Certificates__Default__Path), "
                + "a reverse proxy that speaks TLS (name it in Http__KnownProxies), or, knowing the risk, Access__AllowInsecureHttp=true.");
        }
    }

    static IEnumerable<string> Urls(IConfiguration configuration) =>
    [
        .. (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        // Kestrel ignores the ports where urls are given.
        .. string.IsNullOrEmpty(configuration["urls"]) ? (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}") : [],
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>(),
    ];

    internal static bool IsReadable(string url)
    {
        if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://unix:", StringComparison.OrdinalIgnoreCase))
            return false;
        var host = BindingAddress.Parse(url).Host;
        return host != "localhost" && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
