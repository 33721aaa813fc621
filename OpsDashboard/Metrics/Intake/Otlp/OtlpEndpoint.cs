using System.IO.Compression;
using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>Stores a request that is a protobuf message already.</summary>
delegate Task<OtlpOutcome> OtlpStore(HttpContext context, byte[] message);

/// <summary>
/// One signal of OTLP over HTTP: protobuf or JSON, plain or gzip. 200 once what was taken is committed, with a partial success where something
/// was not; 400 for what is malformed and 413 for what is too large, nothing stored. Senders repeat after 429 and 503 only.
/// </summary>
static class OtlpEndpoint
{
    public static void MapOtlp(this IEndpointRouteBuilder app, string path, Permission permission, OtlpMessage request, OtlpAnswer answer, OtlpStore store) => app
        .MapPost(path, (HttpContext context) => TakeAsync(context, request, answer, store))
        .RequirePermission(permission).WithMetadata(answer).WithTags("Intake").WithSummary($"Takes {path[4..]} by OTLP over HTTP; ?system=… for resources without an attribute system.");

    static async Task TakeAsync(HttpContext context, OtlpMessage schema, OtlpAnswer answer, OtlpStore store)
    {
        try
        {
            var message = await MessageAsync(context, schema);
            await answer.ExportedAsync(context, await store(context, message));
        }
        catch (UnsupportedOtlpException unsupported)
        {
            await answer.RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, unsupported.Message);
        }
        catch (MalformedWriteException malformed)
        {
            await answer.RefuseAsync(context, StatusCodes.Status400BadRequest, malformed.Message);
        }
        catch (WriteTooLargeException large)
        {
            await answer.RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, large.Message);
        }
        catch (BadHttpRequestException bad)
        {
            await answer.RefuseAsync(context, bad.StatusCode, bad.Message);
        }
        catch (AccessDeniedException denied)
        {
            await answer.RefuseAsync(context, StatusCodes.Status403Forbidden, denied.Message);
        }
        catch (OtlpBusyException busy)
        {
            context.Response.Headers.RetryAfter = $"{Math.Ceiling(busy.RetryAfter.TotalSeconds)}";
            await answer.RefuseAsync(context, StatusCodes.Status429TooManyRequests, busy.Message);
        }
        catch (SeriesLimitException full)
        {
            context.Response.Headers.RetryAfter = "60";
            await answer.RefuseAsync(context, StatusCodes.Status429TooManyRequests, full.Message);
        }
        catch (Exception outage) when (outage is IOException || Problems.IsOutage(outage))
        {
            context.Response.Headers.RetryAfter = "5";
            await answer.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the database of the dashboard does not answer; nothing was stored");
        }
    }

    static async Task<byte[]> MessageAsync(HttpContext context, OtlpMessage schema)
    {
        var type = OtlpAnswer.ContentType(context.Request);
        if (type is not (OtlpAnswer.Protobuf or OtlpAnswer.Json))
            throw new UnsupportedOtlpException($"the content type {context.Request.ContentType} is not supported; send {OtlpAnswer.Protobuf} or {OtlpAnswer.Json}");
        var body = await BodyAsync(context.Request, context.RequestServices.GetRequiredService<IntakeOptions>(), context.RequestAborted);
        return type == OtlpAnswer.Json ? OtlpJson.ToProtobuf(body, schema) : body;
    }

    static async Task<byte[]> BodyAsync(HttpRequest request, IntakeOptions options, CancellationToken stop)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
            throw new UnsupportedOtlpException($"the content encoding {encoding} is not supported; send gzip or none");
        var body = await BoundedBody.ReadAsync(request, options.MaxWriteBytes, stop);
        if (encoding != "gzip")
            return body;
        try
        {
            await using var unpacked = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            return await BoundedBody.ReadAsync(unpacked, body.Length, options.MaxWriteBytesUncompressed, stop);
        }
        catch (InvalidDataException broken)
        {
            throw new MalformedWriteException($"the gzip is broken: {broken.Message}");
        }
    }
}

/// <summary>Neither of the encodings of OTLP.</summary>
sealed class UnsupportedOtlpException(string message) : Exception(message);

/// <summary>What came is right but there is no room for it now.</summary>
sealed class OtlpBusyException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
