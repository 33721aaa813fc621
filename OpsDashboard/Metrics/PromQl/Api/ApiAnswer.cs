using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>The envelope of Prometheus' HTTP API: status, data or error, warnings.</summary>
sealed class ApiAnswer : IResult
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly int status;
    readonly Action<Utf8JsonWriter> write;

    ApiAnswer(int status, Action<Utf8JsonWriter> write) => (this.status, this.write) = (status, write);

    public static ApiAnswer Ok(Action<Utf8JsonWriter> data, IReadOnlyList<string>? warnings = null) => new(StatusCodes.Status200OK, json =>
    {
        json.WriteString("status", "success");
        json.WritePropertyName("data");
        data(json);
        if (warnings is not { Count: > 0 })
            return;
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    });

    public static ApiAnswer Failed(ApiError error) => new(error.Status, json =>
    {
        json.WriteString("status", "error");
        json.WriteString("errorType", error.Type);
        json.WriteString("error", error.Message);
    });

    public async Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
