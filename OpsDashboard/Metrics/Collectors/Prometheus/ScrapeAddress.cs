namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>Where a target is scraped: <c>host:port</c> with the path of its options, or an http address, whose own path wins.</summary>
static class ScrapeAddress
{
    public static Uri? TryCreate(string address, ScrapeOptions options)
    {
        var text = address.Contains("://", StringComparison.Ordinal) ? address : $"{options.Scheme}://{address}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
            return null;
        var place = new UriBuilder(uri);
        if (uri.AbsolutePath == "/")
            (place.Path, place.Query) = Split(options.MetricsPath);
        foreach (var (name, value) in options.Parameters)
            place.Query = $"{place.Query.TrimStart('?')}{(place.Query.Length > 1 ? "&" : "")}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
        return place.Uri;
    }

    /// <summary>host:port of an address, as the <c>instance</c> label says it.</summary>
    public static string Server(string address)
    {
        if (address.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return $"{uri.Host}:{uri.Port}";
        return address.Split('/')[0];
    }

    static (string Path, string Query) Split(string path)
    {
        var question = path.IndexOf('?');
        return question < 0 ? (path, "") : (path[..question], path[(question + 1)..]);
    }
}
