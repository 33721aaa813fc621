using System.Globalization;
using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts;

/// <summary>
/// <c>GET /api/dashboards.csv?system=id&amp;dashboard=id&amp;range=1h</c>, or <c>from</c> and <c>to</c> in milliseconds: the trend report behind a
/// dashboard as RFC 4180 text, base units, one line a value. What a spreadsheet would take for a formula is defused.
/// </summary>
static class DashboardCsv
{
    const int Points = 300;
    const int FinestStep = 1_000;
    static readonly TimeSpan Default = TimeSpan.FromMinutes(15), Longest = TimeSpan.FromDays(400);

    public static async Task<IResult> AnswerAsync(HttpContext context, ICatalogue catalogue, ChartHistory history, ICurrentActor current, TimeProvider clock, string? system, string? dashboard, string? range, long? from, long? to, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        if (system is null || !actor.May(Permission.ReadMetrics, system) || catalogue.Current.Systems.FirstOrDefault(one => one.Id == system) is not { } found)
            throw new NotFoundException($"system {system} that you may read");
        var shown = found.Document<DashboardDocument>()?.Dashboards.FirstOrDefault(one => one.Id == dashboard) ?? throw new NotFoundException($"dashboard {dashboard} of {system}");
        var span = Span(range, from, to, clock.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            var text = await WriteAsync(shown, span, history, actor, system, stop);
            context.Response.Headers.CacheControl = "private, no-store";
            return Results.File(Encoding.UTF8.GetBytes(text), "text/csv; charset=utf-8", $"{system}-{dashboard}.csv");
        }
        catch (QueryLimitException limit)
        {
            throw new InvalidInputException("range", limit.Message);
        }
    }

    static ChartSpan Span(string? range, long? from, long? to, long now)
    {
        var length = range is null ? Default : PrometheusDuration.TryParse(range) ?? throw new InvalidInputException("range", "is written as 15m, 24h or 7d.");
        var (first, last) = (from ?? (to ?? now) - (long)length.TotalMilliseconds, to ?? now);
        if (first < 0 || last <= first || last - first > (long)Longest.TotalMilliseconds)
            throw new InvalidInputException("from", $"lies before to, both in milliseconds since 1970, at most {Longest.TotalDays} days apart.");
        return new(first, last, (int)Math.Clamp((last - first) / Points / FinestStep * FinestStep, FinestStep, int.MaxValue / FinestStep * FinestStep));
    }

    static async Task<string> WriteAsync(Dashboard dashboard, ChartSpan span, ChartHistory history, Actor actor, string system, CancellationToken stop)
    {
        var text = new StringBuilder("time,dashboard,panel,query,series,value,unit,note\r\n");
        foreach (var panel in dashboard.Panels)
        {
            try
            {
                var answer = await history.ReadAsync([.. panel.Queries.Select(query => query.Expression)], span, system, actor, stop);
                foreach (var series in answer.Series)
                {
                    for (var i = 0; i < series.Values.Length; i++)
                    {
                        if (double.IsFinite(series.Values[i]))
                            Line(text, Stamp(answer.Span.From + (i * (long)answer.Span.Step)), dashboard.Title, panel.Title, panel.Queries[series.Query].Expression, series.Labels.ToString(), PromText.Number(series.Values[i]), UnitFormat.Name(panel.Unit), "");
                    }
                }
            }
            catch (PromQlException fault)
            {
                Line(text, Stamp(span.To), dashboard.Title, panel.Title, "", "", "", "", fault.Message);
            }
        }
        return text.ToString();
    }

    static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
            text.Append(i == 0 ? "" : ",").Append(Cell(cells[i]));
        text.Append("\r\n");
    }

    static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '@' or '\t' or '\r' || (text.StartsWith('-') || text.StartsWith('+')) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }

    static string Stamp(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
