using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>Optimistic concurrency over HTTP: a change names the version that it was based on.</summary>
public static class Versions
{
    /// <summary>Answers with the version as ETag.</summary>
    public static IResult Ok(HttpContext context, object value, int version)
    {
        context.Response.Headers.ETag = $"\"{version}\"";
        return Results.Json(value, Json.Options);
    }

    /// <summary>Runs a change with the version of <c>If-Match</c>: 428 without it, 409 with the current state when it is stale.</summary>
    /// <param name="change">Saves, and returns what is to be shown with its new version.</param>
    /// <param name="current">What is to be shown now, with its version.</param>
    public static async Task<IResult> ChangeAsync(HttpContext context, Func<int, Task<(object Value, int Version)>> change, Func<Task<(object Value, int Version)>> current)
    {
        var header = context.Request.Headers.IfMatch.ToString();
        if (header.Length == 0)
            return Problems.Answer(StatusCodes.Status428PreconditionRequired, "Say which version you change: send its ETag, or the version that you read, as If-Match.");
        if (!int.TryParse(header.Trim().Trim('"'), out var version))
            return Problems.Answer(StatusCodes.Status400BadRequest, "If-Match is no version.", [new("If-Match", "is a number, in quotes or without.")]);
        try
        {
            var (value, changed) = await change(version);
            return Ok(context, value, changed);
        }
        catch (Exception stale) when (stale is StaleVersionException or DbUpdateConcurrencyException)
        {
            var (value, now) = await current();
            context.Response.Headers.ETag = $"\"{now}\"";
            return Problems.Answer(StatusCodes.Status409Conflict, "It was changed in between; this is its current state.", current: value);
        }
    }
}
