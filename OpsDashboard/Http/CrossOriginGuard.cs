using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>A browser sends the cookie along when another site posts here. What acts must come from a page of ours, or carry a token.</summary>
static class CrossOriginGuard
{
    public static IApplicationBuilder UseCrossOriginGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsForeign(context.Request))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    static bool IsForeign(HttpRequest request)
    {
        var isSocket = request.HttpContext.WebSockets.IsWebSocketRequest;
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        // Beacons are posted by the pages of the monitored systems; they carry no cookie of ours and check the origin themselves.
        if ((isSafe && !isSocket) || AccessRequests.CarriesToken(request) || request.Path.StartsWithSegments("/api/ingest/rum"))
            return false;
        // No page can forge this header. Where a browser sends it, it decides: Origin may then be "null", which depends on the referrer policy.
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site is not [("same-origin" or "none")];
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, Authority(request), StringComparison.OrdinalIgnoreCase));
    }

    static string Authority(HttpRequest request) => request.Host.Port is 80 or 443 ? request.Host.Host : request.Host.Value ?? "";
}
