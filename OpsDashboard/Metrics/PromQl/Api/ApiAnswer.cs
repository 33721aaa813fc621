using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>The envelope of Prometheus' HTTP API: status, data or error, warnings.</summary>
sealed class ApiAnswer : IResult
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly int status;
    readonly Func<Utf8JsonWriter, Func<ValueTask>, ValueTask> write;

    ApiAnswer(int status, Func<Utf8JsonWriter, Func<ValueTask>, ValueTask> write) => (this.status, this.write) = (status, write);

    public static ApiAnswer Ok(Action<Utf8JsonWriter> data, IReadOnlyList<string>? warnings = null) => Streamed((json, _) =>
    {
        data(json);
        return ValueTask.CompletedTask;
    }, warnings);

    /// <summary>For data that may be large: what is written leaves whenever the second argument is called, so that it neither fills memory nor waits for its end.</summary>
    public static ApiAnswer Streamed(Func<Utf8JsonWriter, Func<ValueTask>, ValueTask> data, IReadOnlyList<string>? warnings = null) => new(StatusCodes.Status200OK, async (json, send) =>
    {
        json.WriteString("status", "success");
        json.WritePropertyName("data");
        await data(json, send);
        if (warnings is not { Count: > 0 })
            return;
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    });

    public static ApiAnswer Failed(ApiError error) => new(error.Status, (json, _) =>
    {
        json.WriteString("status", "error");
        json.WriteString("errorType", error.Type);
        json.WriteString("error", error.Message);
        return ValueTask.CompletedTask;
    });

    public async Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var (body, gone) = (context.Response.BodyWriter, context.RequestAborted);
        await using var json = new Utf8JsonWriter(body, Options);
        json.WriteStartObject();
        await write(json, SendAsync);
        json.WriteEndObject();
        await json.FlushAsync(gone);

        async ValueTask SendAsync()
        {
            await json.FlushAsync(gone);
            await body.FlushAsync(gone);
        }
    }
}
