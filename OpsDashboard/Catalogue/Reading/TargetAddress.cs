using System.Data.Common;

namespace OpsDashboard.Catalogue.Reading;

/// <summary>What the <c>instance</c> label says of an address.</summary>
public static class TargetAddress
{
    /// <summary>host:port of a URL, of host:port itself or of a connection string; else the text.</summary>
    public static string Instance(string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && address.Contains("://", StringComparison.Ordinal) && uri.Host.Length > 0)
            return uri.Port > 0 ? $"{uri.Host}:{uri.Port}" : uri.Host;
        if (address.Contains('=') && ConnectionString(address) is { } server)
            return server;
        return address.Split('/')[0];
    }

    /// <summary>What a port of another protocol says, for an address that is to be scraped over HTTP.</summary>
    public static (string Message, string Remedy)? WrongProtocol(string address) => Instance(address).Split(':')[^1] switch
    {
        "5432" => ("Port 5432 speaks PostgreSQL's own protocol, which no HTTP scrape can read.", "Use `kind: postgres`, or the address of an exporter."),
        "6379" => ("Port 6379 speaks Redis' own protocol, which no HTTP scrape can read.", "Use `kind: redis`, or the address of an exporter."),
        _ => null,
    };

    static string? ConnectionString(string address)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = address };
            if (!parts.TryGetValue("Host", out var host) && !parts.TryGetValue("Server", out host))
                return null;
            return parts.TryGetValue("Port", out var port) ? $"{host}:{port}" : $"{host}";
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
