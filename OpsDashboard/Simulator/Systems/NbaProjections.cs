using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>NBA Stat Projections: an API with a cache and a replicated database; its own figures carry the prefix <c>api_</c>.</summary>
sealed class NbaProjections : SimulatedSystem
{
    const double Mebibyte = 1024 * 1024;
    const double SlowSeconds = 1;
    const string Schema = "CREATE TABLE IF NOT EXISTS projections (id INTEGER PRIMARY KEY, player_id INTEGER NOT NULL, points REAL NOT NULL, created_at TEXT NOT NULL);";

    static readonly (string Name, double Mebibytes)[] Tables = [("player_stats", 3480), ("game_stats", 940), ("projections", 610), ("players", 2.4), ("teams", 0.1)];

    readonly Site api;
    readonly Traffic traffic;
    readonly DatabaseModel database;
    readonly CacheModel cache;
    readonly HistogramFamily durations;
    readonly Family inFlight, slow, lastSlow, stale, sockets, socketMessages, limited, tables, lagSeconds, lagBytes, deadlocks, served, error, games, users;
    readonly SimulatedRoute projectionsRoute = new("GET", "/projections", 12, 0.16);

    public NbaProjections(Ground ground)
        : base("nba-projections", "NBA Stat Projections", ground, new(ground.Seed, PeakHour: 1.5, WeekEnd: 1.1), Schema)
    {
        Machine = new(Page, new(1024 * Mebibyte, 420 * Mebibyte, 150 * Mebibyte, 30 * Mebibyte, 0.16, 0.5), Rhythm, "5.2.0", Clock.GetUtcNow());
        durations = Page.Histogram("api_request_duration_seconds", "Time that X-Response-Time says.", HistogramFamily.Seconds, "path");
        inFlight = Page.Gauge("api_requests_in_flight", "Requests being answered.");
        slow = Page.Counter("api_slow_responses_total", "Responses that took more than a second.", "path");
        lastSlow = Page.Gauge("api_slow_response_seconds", "The latest of them.", "path");
        stale = Page.Counter("api_cache_stale_served_total", "Stale entries served while they were renewed.");
        sockets = Page.Gauge("api_websocket_connections", "Live score feeds.");
        socketMessages = Page.Counter("api_websocket_messages_total", "Messages sent on them.");
        limited = Page.Counter("api_rate_limited_total", "Requests over the limit.");
        traffic = new(Page, Draw, tellsCritical: false, new("GET", "/players", 20, 0.06), new("GET", "/players/:id/projections", 40, 0.13),
            new("GET", "/games/today", 22, 0.05), new("GET", "/teams", 6, 0.03), projectionsRoute)
        { Answered = Note };
        database = new(Page, Draw, maxConnections: 200, pool: 20);
        cache = new(Page, Draw, 0.93, 128 * Mebibyte, "api_");
        tables = Page.Gauge("db_table_size_bytes", "Size of a table with its indexes.", "table");
        lagSeconds = Page.Gauge("db_replication_lag_seconds", "How far a replica is behind.", "replica");
        lagBytes = Page.Gauge("db_replication_lag_bytes", "What a replica has not replayed yet.", "replica");
        deadlocks = Page.Counter("db_deadlocks_total", "Deadlocks.");
        served = Page.Counter("projections_served_total", "Projections served.");
        error = Page.Gauge("projection_error_points", "Mean absolute error of yesterday's projections.");
        games = Page.Gauge("games_live", "Games being played.");
        users = Page.Gauge("users_online", "Users with a request in the last five minutes.");
        StartAtZero();
        api = NewSite();
        Map();
    }

    public override Machine Machine { get; }

    public override IReadOnlyDictionary<string, PartKind> Parts { get; } = new Dictionary<string, PartKind> { ["api"] = PartKind.Program, ["postgres"] = PartKind.Database, ["redis"] = PartKind.Cache };

    public override IEnumerable<(string Variable, string Value)> Addresses =>
    [
        ("nba_api", api.Url), ("nba_database_check", $"{NodeSite.Url}/health/database"), ("nba_cache_check", $"{NodeSite.Url}/health/cache"), ("nba_node", NodeSite.Port.Address), ("nba_logs", Log.Folder),
    ];

    public override DatabaseModel Store => database;

    public override string FragileFeature => "live-projections";

    protected override IReadOnlyList<FaultKind> OwnFaults => [FaultKind.CacheCold];

    protected override IReadOnlyList<Site> Sites => [api];

    protected override IReadOnlyList<SecurityEvent> SecurityEvents { get; } =
    [
        new("unauthorized", "Token is missing or invalid", "GET", "/players", 401, 60, 0.6),
        new("rate_limited", "More than 100 requests in 15 minutes", "GET", "/projections", 429, 90, 0.4),
    ];

    protected override void Step(Moment moment, Conditions conditions)
    {
        var perSecond = moment.Between(30, 150);
        Machine.Step(moment, Faults.Value(FaultKind.MemoryLeak), Strain(conditions.Stretch > 1 ? 0.2 : 0));
        var answered = traffic.Step(moment, perSecond, conditions);
        cache.Step(moment, perSecond, Faults.Value(FaultKind.CacheCold));
        database.Step(moment, perSecond * 0.35 * conditions.Stretch, !Faults.Has(FaultKind.DatabaseGone), conditions);
        Node.Step(moment, Machine.Cpu, Machine.MemoryBytes, perSecond, Skew);
        inFlight.Set(Math.Round((perSecond * (0.1 + conditions.ExtraSeconds)) + Draw.Below(3)));
        stale.Of().Add(Draw.Poisson(answered * 0.012));
        var feeds = Math.Round(moment.Between(25, 640));
        sockets.Set(feeds);
        socketMessages.Of().Add(Draw.Poisson(feeds * 0.4 * moment.Seconds));
        limited.Of().Add(Draw.Poisson(perSecond * 0.0008 * moment.Seconds));
        served.Of().Add(Draw.Poisson(perSecond * 5.2 * moment.Seconds));
        games.Set(Math.Round(Math.Max(0, moment.Between(-4, 11))));
        users.Set(Math.Round(moment.Between(90, 1900)));
        error.Set(Math.Round(4.1 + (0.5 * Rhythm.Noise(moment.Now, 86400)), 2));
        Replicas(moment, conditions);
    }

    protected override Task SaveAsync(CancellationToken stop) =>
        Database.ExecuteAsync("INSERT INTO projections (player_id, points, created_at) VALUES ($player, $points, $at); DELETE FROM projections WHERE id < (SELECT max(id) FROM projections) - 5000;", stop,
            ("$player", Clock.GetUtcNow().Second), ("$points", 20 + (8 * Rhythm.Noise(Clock.GetUtcNow(), 3))), ("$at", Answers.Stamp(Clock.GetUtcNow())));

    void Map()
    {
        api.Get("/health", Health).Get("/health/detailed", Detailed).Get("/health/database", DatabaseHealth).Get("/health/cache", CacheHealth);
        NodeSite.Get("/health/cache", CacheHealth);
        api.Get("/metrics", Metrics).Get("/logs", Logs).Get("/docs", Docs);
        api.Get("/projections", context => ServeAsync(context, traffic, projectionsRoute, () => new { projections = new[] { new { player_id = 1, points = 24.5 } }, simulated = true }));
    }

    void Replicas(Moment moment, Conditions conditions)
    {
        foreach (var (name, mebibytes) in Tables)
            tables.Set(Math.Round(mebibytes * Mebibyte * (1 + (0.0004 * moment.Now.UtcDateTime.TimeOfDay.TotalDays))), name);
        if (!database.IsUp)
        {
            lagSeconds.Clear();
            lagBytes.Clear();
            return;
        }
        foreach (var replica in new[] { "replica-1", "replica-2" })
        {
            var lag = Math.Abs(0.12 + (0.07 * Rhythm.Noise(moment.Now, replica == "replica-1" ? 6 : 9))) + (conditions.ExtraSeconds * 0.6);
            lagSeconds.Set(Math.Round(lag, 3), replica);
            lagBytes.Set(Math.Round(lag * 310_000), replica);
        }
    }

    Task Health(HttpContext context) => Timed(context, () => (new { status = database.IsUp ? "healthy" : "unhealthy", timestamp = Answers.Stamp(Now) }, database.IsUp));

    Task Detailed(HttpContext context) => Timed(context, () => (new
    {
        status = database.IsUp && traffic.FailureRatio(60) < 0.1 ? "healthy" : "degraded",
        timestamp = Answers.Stamp(Now),
        version = Machine.Version,
        uptime_seconds = Math.Round((Now - Machine.StartedAt).TotalSeconds),
        components = new
        {
            api = new { status = traffic.FailureRatio(60) < 0.1 ? "healthy" : "unhealthy", requests_per_second = Math.Round(traffic.PerSecond, 1) },
            database = new { status = database.IsUp ? "healthy" : "unhealthy", connections = database.Connections },
            cache = new { status = Faults.Has(FaultKind.CacheCold) ? "degraded" : "healthy", memory_bytes = (long)cache.Bytes },
        },
    }, true));

    Task CacheHealth(HttpContext context) => Timed(context, () => (new { status = "healthy", memory_bytes = (long)cache.Bytes, timestamp = Answers.Stamp(Now) }, true));

    Task Docs(HttpContext context)
    {
        context.Response.Headers["X-Response-Time"] = "1ms";
        var routes = string.Concat(traffic.Routes.Select(route => $"<li><code>{route.Method} {route.Path}</code></li>"));
        return context.Text($"<!DOCTYPE html><html lang=\"en\"><title>NBA Stat Projections API (SIMULATED)</title><h1>API</h1><p>SIMULATED</p><ul>{routes}</ul></html>", "text/html; charset=utf-8");
    }

    /// <summary>Answers with the header of the guide's middleware.</summary>
    Task Timed(HttpContext context, Func<(object Body, bool IsOk)> answer)
    {
        var started = Clock.GetTimestamp();
        var (body, isOk) = Read(answer);
        context.Response.Headers["X-Response-Time"] = FormattableString.Invariant($"{Clock.GetElapsedTime(started).TotalMilliseconds:0}ms");
        return context.Json(body, isOk ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    void Note(SimulatedRoute route, int status, double seconds)
    {
        durations.Histogram(route.Path).Observe(seconds);
        var (user, ip, correlation) = NoteAccess(route, status, seconds);
        if (status >= 500)
            Log.Write(Now, "ERROR", "error_tracking", "request_failed", new { path = route.Path, status, user }, correlation: correlation, component: "api");
        else if (status == StatusCodes.Status401Unauthorized)
            Log.Write(Now, "WARN", EventLog.Security, "unauthorized", new { path = route.Path, status, ip, user }, correlation: correlation, component: "api");
        if (seconds <= SlowSeconds)
            return;
        slow.Of(route.Path).Add();
        lastSlow.Set(Math.Round(seconds, 3), route.Path);
        Log.Write(Now, "WARN", "performance", "slow_response", new { path = route.Path }, correlation: correlation, component: "api", message: FormattableString.Invariant($"Slow response: {route.Path} took {seconds * 1000:0}ms"));
    }

    void StartAtZero()
    {
        foreach (var route in traffic.Routes)
        {
            slow.Set(0, route.Path);
            durations.Histogram(route.Path);
        }
        foreach (var counter in new[] { stale, socketMessages, limited, deadlocks, served })
            counter.Set(0);
    }
}
