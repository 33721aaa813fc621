using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>What it answers to those who ask.</summary>
abstract partial class SimulatedSystem
{
    /// <summary>What answers on a port of the running program or of the machine below it; null: nothing.</summary>
    public Site? SiteAt(int port) => port == NodeSite.Port.Number ? NodeSite : IsRunning ? Sites.FirstOrDefault(site => site.Port.Number == port) : null;

    /// <summary>What the program's and the machine's scrape targets answer now.</summary>
    public virtual IReadOnlyList<string> Expositions() => [Read(Page.Render), Read(Node.Render)];

    protected Site NewSite() => new(new(), faultGate.PassAsync);

    protected Task Metrics(HttpContext context) => context.Text(Read(Page.Render), Answers.PrometheusText);

    /// <summary>Notes a request in the access log.</summary>
    /// <returns>Who it was, and the id under which the program writes of it.</returns>
    protected (string User, string Ip, string Correlation) NoteAccess(SimulatedRoute route, int status, double seconds) => access.Note(Now, route, status, seconds);

    /// <summary>Answers a request for real: counted, as slow and as likely to fail as all others are now.</summary>
    protected async Task ServeAsync(HttpContext context, Traffic traffic, SimulatedRoute route, Func<object> body)
    {
        var (status, seconds) = Read(() =>
        {
            var conditions = Weather();
            var drawn = (Status: traffic.Status(route, conditions), Seconds: traffic.Duration(route, conditions));
            // a probe sends no token of a player: it is never refused
            return drawn.Status == StatusCodes.Status401Unauthorized ? (route.Success, drawn.Seconds) : drawn;
        });
        await Task.Delay(TimeSpan.FromSeconds(seconds), Clock, context.RequestAborted);
        lock (Gate)
            traffic.Record(route, status, seconds);
        await context.Json(status < 400 ? Read(body) : new { error = "internal_error", timestamp = Answers.Stamp(Now) }, status);
    }

    /// <summary>The system's own check of its database: a real statement.</summary>
    protected async Task DatabaseHealth(HttpContext context)
    {
        if (Faults.Has(FaultKind.DatabaseGone))
        {
            await context.Json(new { status = "unhealthy", error = "connection to database refused", timestamp = Answers.Stamp(Now) }, StatusCodes.Status503ServiceUnavailable);
            return;
        }
        var started = Clock.GetTimestamp();
        await Database.CountAsync("SELECT 1", context.RequestAborted);
        await context.Json(new { status = "healthy", latency_ms = Math.Round(Clock.GetElapsedTime(started).TotalMilliseconds, 2), timestamp = Answers.Stamp(Now) });
    }

    /// <summary>The newest log lines as they are in the file: <c>?tail=100</c>.</summary>
    protected Task Logs(HttpContext context)
    {
        var count = int.TryParse(context.Request.Query["tail"], out var asked) ? Math.Clamp(asked, 1, 500) : 100;
        return context.Text(string.Concat(Log.Tail(count).Select(line => line + "\n")), "application/x-ndjson");
    }
}
