using System.Net;
using System.Net.Sockets;
using Microsoft.Net.Http.Headers;
using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>
/// Where pages of other sites post, and the script that they load. Anonymous by design: a write key is public and only says whose page it is, so every
/// answer depends on the key, the origin, the rate and the body alone, and nothing is read from cookies.
/// </summary>
static class BeaconEndpoints
{
    const string Address = "/api/ingest/rum";
    const string Script = "js/rum.js";

    public static void MapBeacons(this IEndpointRouteBuilder app)
    {
        app.MapPost(Address, PostAsync).AllowAnonymous().DisableAntiforgery().WithSummary("Takes a batch of browser measurements. See Metrics/Beacons/FORMAT.md.");
        app.MapMethods(Address, [HttpMethods.Options], Preflight).AllowAnonymous();
        app.MapGet("/rum.js", ServeScript).AllowAnonymous();
    }

    static async Task<IResult> PostAsync(HttpContext context, BeaconIntake intake, string? key, CancellationToken stop)
    {
        if (intake.Find(key) is not { } site)
            return Problem(401, "No page has this write key.");
        if (!Admit(context, site))
        {
            site.CountRefusal(BeaconRefusal.Origin);
            return Problem(403, "This origin may not post with the write key.");
        }
        if (site.Take(Source(context.Connection.RemoteIpAddress)) is { } wait)
        {
            site.CountRefusal(BeaconRefusal.Rate);
            context.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(wait.TotalSeconds)}";
            return Problem(429, "Too many beacons from this address.");
        }
        if (!IsAccepted(context.Request.ContentType))
            return Refuse(site, BeaconRefusal.Malformed, 415, "The body must be application/json or text/plain.");
        if (await BeaconBody.ReadAsync(context, BeaconFormat.LongestBody, stop) is not { } body)
            return Refuse(site, BeaconRefusal.Size, 413, $"A beacon has at most {BeaconFormat.LongestBody} bytes.");
        var (beacon, problems) = BeaconFormat.Read(body);
        if (beacon is null)
            return Refuse(site, BeaconRefusal.Malformed, 400, "The beacon breaks its format.", problems);
        site.Count(beacon);
        return Results.NoContent();
    }

    static IResult Preflight(HttpContext context, BeaconIntake intake, string? key)
    {
        if (intake.Find(key) is not { } site || !Admit(context, site))
            return Results.StatusCode(403);
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "POST";
        headers.AccessControlAllowHeaders = "content-type";
        headers.AccessControlMaxAge = "600";
        return Results.NoContent();
    }

    // Other sites load it, whatever the policy for the program's own files is.
    static IResult ServeScript(HttpContext context, IWebHostEnvironment environment)
    {
        var file = environment.WebRootFileProvider.GetFileInfo(Script);
        if (!file.Exists)
            return Results.NotFound();
        var headers = context.Response.Headers;
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
        headers.CacheControl = "public, max-age=3600";
        return Results.File(file.CreateReadStream(), "text/javascript; charset=utf-8", lastModified: file.LastModified, entityTag: new EntityTagHeaderValue($"\"{file.LastModified.ToUnixTimeMilliseconds():x}-{file.Length:x}\""));
    }

    static bool Admit(HttpContext context, BeaconSite site)
    {
        var origin = context.Request.Headers.Origin.ToString();
        context.Response.Headers.Vary = "Origin";
        if (!site.Allows(origin))
            return false;
        context.Response.Headers.AccessControlAllowOrigin = origin;
        return true;
    }

    // One household or attacker has a whole /64 of IPv6.
    internal static string Source(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    static bool IsAccepted(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Value is { } name
        && (name.Equals("text/plain", StringComparison.OrdinalIgnoreCase) || name.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    static IResult Refuse(BeaconSite site, BeaconRefusal reason, int status, string detail, IReadOnlyList<BeaconProblem>? problems = null)
    {
        site.CountRefusal(reason);
        return Problem(status, detail, problems);
    }

    static IResult Problem(int status, string detail, IReadOnlyList<BeaconProblem>? problems = null) =>
        Problems.Answer(status, detail, [.. (problems ?? []).Select(problem => new FieldProblem(problem.Field, problem.Message))]);
}
