using Microsoft.AspNetCore.Http.HttpResults;
using OpsDashboard.Http;

namespace OpsDashboard.Incidents.Public;

/// <summary>The public status page: for strangers, without script and cookies.</summary>
static class PublicStatusEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", PageAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/status.json", DataAsync).AllowAnonymous().WithTags("status").WithSummary("What the public status page says.");
    }

    static async Task<RazorComponentResult<PublicStatusPage>> PageAsync(HttpContext context, PublicStatus status, CancellationToken stop)
    {
        var systems = await status.ReadAsync(stop);
        Cache(context);
        return new(new { Systems = systems, BaseHref = $"{context.Request.PathBase}/" });
    }

    static async Task<IResult> DataAsync(HttpContext context, PublicStatus status, CancellationToken stop)
    {
        var systems = await status.ReadAsync(stop);
        Cache(context);
        return Results.Json(new
        {
            systems = systems.Select(system => new
            {
                id = system.Id,
                name = system.Name,
                state = system.State,
                simulated = system.IsSimulated,
                stories = system.Stories.Select(story => new { isOpen = story.IsOpen, posts = story.Posts.Select(post => new { at = post.At, subject = post.Subject, text = post.Text }) }),
            }),
        }, Json.Options);
    }

    static void Cache(HttpContext context) => context.Response.Headers.CacheControl = $"public, max-age={PublicStatus.Kept.TotalSeconds:0}";
}
