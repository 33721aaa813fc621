namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>query and query_range.</summary>
static class QueryOperations
{
    const int MaxPoints = 11_000;
    const string Truncated = "results truncated due to limit";

    public static async Task<ApiAnswer> InstantAsync(ApiCall call)
    {
        var limit = call.Parameters.Limit();
        var at = call.Parameters.Time("time", call.Now);
        var query = Parse(call);
        return Answer(await query.InstantAsync(at, new SelectOptions(), call.Stop), limit);
    }

    public static async Task<ApiAnswer> RangeAsync(ApiCall call)
    {
        var limit = call.Parameters.Limit();
        var from = Instant(call, "start");
        var to = Instant(call, "end");
        if (to < from)
            throw ApiError.InvalidParameter("end", "end timestamp must not be before start time");
        var step = call.Parameters.Duration("step") ?? throw ApiError.InvalidParameter("step", "cannot parse \"\" to a valid duration");
        if (step <= 0)
            throw ApiError.InvalidParameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((to - from) / step > MaxPoints)
            throw ApiError.BadData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        var query = Parse(call);
        return Answer(await query.RangeAsync(from, to, step, new SelectOptions(step), call.Stop), limit);
    }

    static long Instant(ApiCall call, string name) => call.Parameters.Text(name) is { Length: > 0 }
        ? call.Parameters.Time(name, 0)
        : throw ApiError.InvalidParameter(name, "cannot parse \"\" to a valid timestamp");

    static IPromQlQuery Parse(ApiCall call)
    {
        var text = call.Parameters.Required("query");
        try
        {
            return call.Language.Parse(text);
        }
        catch (PromQlException error)
        {
            throw ApiError.NotParsed("query", text, error);
        }
    }

    static ApiAnswer Answer(QueryResult result, int limit)
    {
        var warnings = limit > 0 && result.Series.Count > limit ? [.. result.Warnings, Truncated] : result.Warnings;
        return ApiAnswer.Streamed((json, send) => ResultJson.WriteAsync(json, result, limit, send), warnings);
    }
}
