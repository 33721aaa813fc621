namespace OpsDashboard.Http;

public static class Requests
{
    /// <summary>Where the page lies that says a status in words; the status follows.</summary>
    public const string StatusPagePath = "/said";

    /// <summary>Whether a person's browser navigates, rather than a program that asks for data.</summary>
    public static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The product's own API, as opposed to paths that copy another product's and err in that product's words.</summary>
    public static bool IsOwnApi(PathString path) =>
        path.StartsWithSegments("/api", out var rest) && !rest.StartsWithSegments("/v1") && !rest.StartsWithSegments("/v2") && !rest.StartsWithSegments("/ingest");
}
