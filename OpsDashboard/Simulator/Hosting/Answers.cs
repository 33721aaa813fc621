using System.Text.Json;

namespace OpsDashboard.Simulator.Hosting;

/// <summary>The forms in which simulated systems answer.</summary>
static class Answers
{
    public const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";

    public static Task Text(this HttpContext context, string text, string contentType = "text/plain; charset=utf-8")
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    public static Task Json(this HttpContext context, object value, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(JsonSerializer.Serialize(value), context.RequestAborted);
    }

    /// <summary>An instant as LT's guide writes it.</summary>
    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
