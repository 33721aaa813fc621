using System.Text.Json;
using Google.Protobuf;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>What became of a request that could be read: how many of its points or records were not taken, and why. An empty sentence with none is full success.</summary>
sealed record OtlpOutcome(long Rejected, string Sentence)
{
    public static readonly OtlpOutcome Success = new(0, "");
}

/// <summary>
/// Bodies of answers, in the encoding of the request (OTLP specification 1.x, "OTLP/HTTP Response"): Export…ServiceResponse after success,
/// <c>google.rpc.Status</c> otherwise.
/// </summary>
/// <param name="RejectedName">The JSON name of the count in the partial success; its number is 1 for every signal.</param>
sealed record OtlpAnswer(string RejectedName) : IStatusAnswer
{
    public const string Protobuf = "application/x-protobuf", Json = "application/json";

    public Task ExportedAsync(HttpContext context, OtlpOutcome outcome) =>
        SendAsync(context, StatusCodes.Status200OK, IsJson(context) ? JsonExported(outcome) : ProtobufExported(outcome));

    public Task RefuseAsync(HttpContext context, int status, string message) =>
        SendAsync(context, status, IsJson(context) ? JsonSerializer.SerializeToUtf8Bytes(new { code = Code(status), message }) : ProtobufStatus(Code(status), message));

    /// <summary>What was decided before the endpoint was reached.</summary>
    public Task WriteAsync(HttpContext context, string detail) => RefuseAsync(context, context.Response.StatusCode, detail);

    public static string ContentType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    // Who sends neither encoding reads JSON more easily.
    static bool IsJson(HttpContext context) => ContentType(context.Request) != Protobuf;

    static async Task SendAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = IsJson(context) ? Json : Protobuf;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    byte[] JsonExported(OtlpOutcome outcome) => outcome == OtlpOutcome.Success ? "{}"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(new
    {
        // 64-bit integers are texts in protobuf's JSON.
        partialSuccess = new Dictionary<string, string> { [RejectedName] = outcome.Rejected.ToString(System.Globalization.CultureInfo.InvariantCulture), ["errorMessage"] = outcome.Sentence },
    });

    static byte[] ProtobufExported(OtlpOutcome outcome) => outcome == OtlpOutcome.Success ? [] : Message(response =>
    {
        response.WriteTag(1, WireFormat.WireType.LengthDelimited);
        response.WriteBytes(ByteString.CopyFrom(Message(partial =>
        {
            partial.WriteTag(1, WireFormat.WireType.Varint);
            partial.WriteInt64(outcome.Rejected);
            partial.WriteTag(2, WireFormat.WireType.LengthDelimited);
            partial.WriteString(outcome.Sentence);
        })));
    });

    static byte[] ProtobufStatus(int code, string message) => Message(status =>
    {
        status.WriteTag(1, WireFormat.WireType.Varint);
        status.WriteInt32(code);
        status.WriteTag(2, WireFormat.WireType.LengthDelimited);
        status.WriteString(message);
    });

    static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    // google.rpc.Code, as google/rpc/code.proto maps it to HTTP.
    static int Code(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => 16,
        StatusCodes.Status403Forbidden => 7,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => 8,
        StatusCodes.Status503ServiceUnavailable => 14,
        >= 500 => 13,
        _ => 3,
    };
}
