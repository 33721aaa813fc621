using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>How much and how often. Too much is 413, too often 429 with <c>Retry-After</c>.</summary>
public static class Limits
{
    /// <summary>Largest body anywhere; endpoints that take bulk data set their own.</summary>
    public const long MaxBody = 32 * 1024 * 1024;

    /// <summary>Largest body of the product's own resources, which are documents and forms.</summary>
    public const long MaxOwnBody = 1024 * 1024;

    public static IApplicationBuilder UseBodyLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false } && (Requests.IsOwnApi(context.Request.Path) || context.Request.Path.StartsWithSegments("/sign-in")) && context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is null)
            limit.MaxRequestBodySize = MaxOwnBody;
        return next(context);
    });

    /// <summary>For endpoints that are costly or dangerous: so many calls a minute and actor.</summary>
    public static TBuilder LimitPerMinute<TBuilder>(this TBuilder endpoint, int calls) where TBuilder : IEndpointConventionBuilder
    {
        AttemptLimit? attempts = null;
        endpoint.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var clock = context.RequestServices.GetRequiredService<TimeProvider>();
            LazyInitializer.EnsureInitialized(ref attempts, () => new(calls, clock));
            var actor = context.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value ?? context.Connection.RemoteIpAddress?.ToString();
            if (attempts.Take(actor) is not { } wait)
                return await next(invocation);
            context.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
            return Problems.Answer(StatusCodes.Status429TooManyRequests, $"At most {calls} calls a minute; wait {Math.Ceiling(wait.TotalSeconds)} s.");
        });
        return endpoint;
    }
}
