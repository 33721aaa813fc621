using System.Net;
using OpsDashboard.Storage;

namespace OpsDashboard.Http;

/// <summary>Section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    /// <summary>The path below which a reverse proxy shows the dashboard, e.g. <c>/ops</c>.</summary>
    public string? PathBase { get; set; }

    /// <summary>Addresses or networks of the reverse proxies whose X-Forwarded headers are believed, separated by commas.</summary>
    public string? KnownProxies { get; set; }

    public static HttpOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Http").Get<HttpOptions>() ?? new();
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? options : throw new StartRefusedException(string.Join(Environment.NewLine, problems));
    }

    public IEnumerable<string> Proxies => (KnownProxies ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<string> Problems()
    {
        if (!string.IsNullOrEmpty(PathBase) && (PathBase[0] != '/' || PathBase.EndsWith('/')))
            yield return $"Http__PathBase is '{PathBase}': it begins with a slash and ends without one, e.g. /ops.";
        foreach (var proxy in Proxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)))
            yield return $"Http__KnownProxies holds '{proxy}': give IP addresses or networks, e.g. 10.0.0.5, 10.1.0.0/16.";
    }
}
