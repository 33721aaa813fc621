using System.Buffers;
using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Metrics.Charts.Live;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts;

/// <summary>
/// <c>GET /api/charts/history?expr=…&amp;expr=…&amp;from=ms&amp;to=ms&amp;step=ms</c>: <c>{from, step, points, series: [{query, labels, values}], markers, warnings}</c>,
/// written compactly, null where a series has no value.
/// </summary>
static class ChartHistoryEndpoint
{
    const int MostExpressions = 20;

    /// <summary>The end of the year 9999.</summary>
    const long LastInstant = 253_402_300_799_999;

    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static async Task<IResult> AnswerAsync(HttpRequest request, ChartHistory history, ICurrentActor current, string[] expr, long from, long to, int step, string? system, CancellationToken stop)
    {
        var problems = Problems(expr, from, to, step);
        if (problems.Count > 0)
            return Refusal("The span or the expressions cannot be charted.", problems);
        var actor = await current.GetAsync();
        return await TryAsync(request, async () => Results.Bytes(Written(await history.ReadAsync(expr, new(from, to, step), system, actor, stop)).ToArray(), "application/json"));
    }

    /// <summary><c>GET /api/charts/markers?from=ms&amp;to=ms&amp;system=id</c>: a list of <see cref="ChartMarker"/>.</summary>
    public static async Task<IResult> MarkersAsync(HttpRequest request, ChartHistory history, ICurrentActor current, long from, long to, string? system, CancellationToken stop)
    {
        if (WrongSpan(from, to) is { } problem)
            return Refusal("The span cannot be read.", [problem]);
        var actor = await current.GetAsync();
        return await TryAsync(request, async () => Results.Json((await history.MarkersAsync(from, to, system, actor, stop)).Markers, Web));
    }

    /// <summary><c>GET /api/charts/peak?expr=…&amp;hours=…</c>: see <see cref="Peak"/>.</summary>
    public static async Task<IResult> PeakAsync(HttpRequest request, PeakReader peaks, ICurrentActor current, string expr, string hours, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        return await TryAsync(request, async () => Results.Ok(await peaks.ReadAsync(expr, hours, actor, stop)));
    }

    static async Task<IResult> TryAsync(HttpRequest request, Func<Task<IResult>> answer)
    {
        try
        {
            request.HttpContext.Response.Headers.CacheControl = "private, no-store";
            return await answer();
        }
        catch (PromQlException fault)
        {
            return Refusal(fault.Message, [new("expr", fault.Message)]);
        }
        catch (QueryLimitException fault) when (fault.IsTimeout)
        {
            request.HttpContext.Response.Headers.RetryAfter = "5";
            return Results.Problem(fault.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Too many queries at once");
        }
        catch (QueryLimitException fault)
        {
            return Refusal(fault.Message, [new("expr", fault.Message)]);
        }
    }

    sealed record Problem(string Field, string Message);

    static List<Problem> Problems(string[] expr, long from, long to, int step)
    {
        var found = new List<Problem>();
        if (expr.Length is 0 or > MostExpressions)
            found.Add(new("expr", $"Between 1 and {MostExpressions} expressions."));
        if (WrongSpan(from, to) is { } wrong)
            found.Add(wrong);
        if (step < 1_000)
            found.Add(new("step", "At least 1000 milliseconds."));
        else if ((to - from) / step > ChartSpan.MostPoints)
            found.Add(new("step", $"More than {ChartSpan.MostPoints} points; ask for a longer step."));
        return found;
    }

    static Problem? WrongSpan(long from, long to) => from >= 0 && to >= from && to <= LastInstant ? null
        : new("to", "Must not lie before from, nor behind the year 9999; both in milliseconds since 1970.");

    static IResult Refusal(string detail, IReadOnlyList<Problem> problems) =>
        Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "Bad request", extensions: new Dictionary<string, object?> { ["errors"] = problems });

    static ReadOnlyMemory<byte> Written(ChartAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("from", answer.Span.From);
            json.WriteNumber("step", answer.Span.Step);
            json.WriteNumber("points", answer.Span.Points);
            json.WriteStartArray("series");
            foreach (var series in answer.Series)
                Write(json, series);
            json.WriteEndArray();
            json.WritePropertyName("markers");
            JsonSerializer.Serialize(json, answer.Markers, Web);
            json.WritePropertyName("warnings");
            JsonSerializer.Serialize(json, answer.Warnings, Web);
            json.WriteEndObject();
        }
        return output.WrittenMemory;
    }

    static void Write(Utf8JsonWriter json, ChartSeries series)
    {
        var number = new ArrayBufferWriter<byte>(32);
        json.WriteStartObject();
        json.WriteNumber("query", series.Query);
        json.WritePropertyName("labels");
        LabelsJson.Write(json, series.Labels);
        json.WriteStartArray("values");
        foreach (var value in series.Values)
        {
            number.ResetWrittenCount();
            FrameText.Value(number, value);
            json.WriteRawValue(number.WrittenSpan, skipInputValidation: true);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
