namespace OpsDashboard.Metrics.Collectors.Http;

/// <summary>Addresses of probes and documents: a URL, or host:port with an optional path, which is then http.</summary>
public static class HttpAddress
{
    /// <summary>The address, or null where the text is none. Secrets do not belong into it: one with user information is none.</summary>
    public static Uri? TryCreate(string address)
    {
        var text = address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0 ? uri : null;
    }

    /// <summary>Fit to be shown: without the query, which may hold a secret.</summary>
    public static string Place(Uri address) => $"{address.Host}:{address.Port}{address.AbsolutePath}";
}
