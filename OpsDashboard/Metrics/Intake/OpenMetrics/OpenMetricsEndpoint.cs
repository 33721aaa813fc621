using Microsoft.AspNetCore.Http.Features;
using OpsDashboard.Access;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>
/// POST /api/ingest/openmetrics[?system=…]: samples of any age within the retention, as OpenMetrics text with time stamps. The right to write is
/// checked while the text comes in, and before it where the system is named; then all samples must be of that system.
/// </summary>
static class OpenMetricsEndpoint
{
    static readonly string[] Types = ["application/openmetrics-text", "application/octet-stream"];

    public static void MapOpenMetricsIntake(this IEndpointRouteBuilder app) => app.MapPost("/api/ingest/openmetrics", StoreAsync)
        .RequirePermission(Permission.WriteSamples).WithTags("Intake").WithSummary("Back-fills samples from OpenMetrics text with time stamps; all or nothing where it is malformed.");

    static async Task<IResult> StoreAsync(HttpRequest request, ICurrentActor currentActor, Backfill backfill, IntakeOptions options, ImportPlaces places, string? system, CancellationToken stop)
    {
        if (!Types.Contains((request.ContentType ?? "").Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase))
            return Refused(StatusCodes.Status415UnsupportedMediaType, "The content type is not supported.", $"Send {Types[0]}.");
        using var place = places.Take();
        if (place is null)
        {
            request.HttpContext.Response.Headers.RetryAfter = "30";
            return Refused(StatusCodes.Status429TooManyRequests, "Too many texts at once.", $"{options.MaxImports} are being read; send this one when they are done.");
        }
        try
        {
            if (request.ContentLength > options.MaxImportBytes)
                throw BoundedBody.TooLarge(options.MaxImportBytes);
            if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
                feature.MaxRequestBodySize = null;
            await using var spool = new Spool(request.Body, options.MaxImportBytes);
            var report = await backfill.RunAsync(spool, spool.Again, await currentActor.GetAsync(), string.IsNullOrEmpty(system) ? null : system, stop);
            return report.Outcome.Refused == 0 ? Results.Ok(Body(report)) : Results.Problem(
                statusCode: StatusCodes.Status400BadRequest, title: "Some samples were refused.", detail: report.Outcome.Sentence(),
                extensions: new Dictionary<string, object?> { ["stored"] = Body(report) });
        }
        catch (MalformedFileException malformed)
        {
            return Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "The text is malformed; nothing was stored.", detail: malformed.Message,
                extensions: new Dictionary<string, object?> { ["line"] = malformed.Line, ["errors"] = new[] { new { field = "body", message = malformed.Message } } });
        }
        catch (WriteTooLargeException large)
        {
            return Refused(StatusCodes.Status413PayloadTooLarge, "The text is too large; nothing was stored.", large.Message);
        }
        catch (AccessDeniedException denied)
        {
            return Refused(StatusCodes.Status403Forbidden, "Nothing was stored.", denied.Message);
        }
        catch (SeriesLimitException full)
        {
            request.HttpContext.Response.Headers.RetryAfter = "60";
            return Refused(StatusCodes.Status429TooManyRequests, "Too many series.", full.Message);
        }
    }

    static object Body(BackfillReport report) => new
    {
        series = report.Series,
        samples = report.Outcome.Accepted,
        from = report.From is { } from ? DateTimeOffset.FromUnixTimeMilliseconds(from).UtcDateTime : (DateTime?)null,
        to = report.To is { } to ? DateTimeOffset.FromUnixTimeMilliseconds(to).UtcDateTime : (DateTime?)null,
    };

    static IResult Refused(int status, string title, string detail) => Results.Problem(statusCode: status, title: title, detail: detail);
}
