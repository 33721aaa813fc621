using OpsDashboard.Access;

namespace OpsDashboard.Metrics.Intake.RemoteWrite;

/// <summary>
/// POST /api/v1/write, remote write 1.0: 204 once everything is committed; 400 with the counts where samples were refused, the others stored;
/// 400 for what is malformed and 413 for what is too large, nothing stored. Senders repeat after 5xx and 429 only.
/// </summary>
static class RemoteWriteEndpoint
{
    const string Proto = "application/x-protobuf";

    public static void MapRemoteWrite(this IEndpointRouteBuilder app) => app.MapPost("/api/v1/write", StoreAsync)
        .RequirePermission(Permission.WriteSamples).WithTags("Intake").WithSummary("Takes samples by Prometheus remote write 1.0.");

    static async Task<IResult> StoreAsync(HttpRequest request, ICurrentActor currentActor, SampleIntake intake, IntakeOptions options, CancellationToken stop)
    {
        if (Unsupported(request) is { } reason)
            return Refused(reason, StatusCodes.Status415UnsupportedMediaType);
        try
        {
            var body = await BoundedBody.ReadAsync(request, options.MaxWriteBytes, stop);
            var batch = WriteRequest.Read(SnappyBlock.Decode(body, options.MaxWriteBytesUncompressed));
            var outcome = await intake.StoreAsync(await currentActor.GetAsync(), batch, stop);
            return outcome.Refused == 0 ? Results.NoContent() : Refused(outcome.Sentence(), StatusCodes.Status400BadRequest);
        }
        catch (MalformedWriteException malformed)
        {
            return Refused(malformed.Message, StatusCodes.Status400BadRequest);
        }
        catch (WriteTooLargeException large)
        {
            return Refused(large.Message, StatusCodes.Status413PayloadTooLarge);
        }
        catch (AccessDeniedException denied)
        {
            return Refused(denied.Message, StatusCodes.Status403Forbidden);
        }
        catch (SeriesLimitException full)
        {
            request.HttpContext.Response.Headers.RetryAfter = "60";
            return Refused(full.Message, StatusCodes.Status429TooManyRequests);
        }
        catch (IOException outage)
        {
            request.HttpContext.Response.Headers.RetryAfter = "5";
            return Refused(outage.Message, StatusCodes.Status503ServiceUnavailable);
        }
    }

    static string? Unsupported(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "snappy")
            return $"the content encoding {encoding} is not supported; remote write sends snappy";
        var type = (request.ContentType ?? "").Split(';', StringSplitOptions.TrimEntries);
        if (type[0] != Proto)
            return $"the content type {request.ContentType} is not supported; remote write sends {Proto}";
        var message = type.Skip(1).FirstOrDefault(part => part.StartsWith("proto=", StringComparison.Ordinal))?["proto=".Length..].Trim('"');
        return message is null or "prometheus.WriteRequest" ? null : $"the message {message} is not supported; use prometheus.WriteRequest of remote write 1.0";
    }

    static IResult Refused(string reason, int status) => Results.Text(reason + "\n", "text/plain", statusCode: status);
}
