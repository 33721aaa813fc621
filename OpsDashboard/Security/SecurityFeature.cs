using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Logs;

namespace OpsDashboard.Security;

/// <summary>Signals of attempts against the systems, out of their logs and figures.</summary>
public static class SecurityFeature
{
    const int Latest = 20;

    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SignalReader>().AddSingleton<AddressReader>().AddSingleton<TrafficReader>();
        return builder;
    }

    public static WebApplication MapSecurity(this WebApplication app)
    {
        app.MapGet("/api/security/signals", SignalsAsync).RequirePermission(Permission.ReadLogs).WithTags("Security")
            .WithSummary("Counts, trend and newest lines of every security signal, and the addresses they come from: ?range=24h&system=.");
        return app;
    }

    static async Task<IResult> SignalsAsync(SignalReader signals, AddressReader addresses, ICurrentActor current, TimeProvider clock, string? range, string? system, CancellationToken stop)
    {
        if (LogAddress.Span(range ?? SecurityRange.Default) is not { } span || span > SecurityRange.Longest)
            throw new InvalidInputException("range", "is a duration such as 1h, 24h or 7d, at most 30d.");
        var (actor, to) = (await current.GetAsync(), clock.GetUtcNow());
        var named = string.IsNullOrEmpty(system) ? null : system;
        var reports = await signals.ReadAsync(actor, named, to - span, to, Latest, stop);
        return Results.Json(new
        {
            from = to - span,
            to,
            signals = reports.Select(report => new
            {
                report.Signal.Id,
                report.Signal.Title,
                report.Signal.Source,
                report.Lines,
                report.Before,
                report.Bars,
                latest = report.Latest.Select(entry => new { id = entry.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), entry.At, entry.SystemId, entry.Component, entry.Event, entry.CorrelationId, entry.Message }),
            }),
            addresses = await addresses.ReadAsync(actor, named, to - span, to, stop),
        }, Json.Options);
    }
}

/// <summary>How far back the signals may be looked at.</summary>
static class SecurityRange
{
    public const string Default = "24h";

    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);
}
