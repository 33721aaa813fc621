using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>D&amp;D Companion: a backend and a frontend, each with its own figures, PostgreSQL and Redis behind the backend.</summary>
sealed class DndCompanion : SimulatedSystem
{
    const double Mebibyte = 1024 * 1024;
    const string Schema = "CREATE TABLE IF NOT EXISTS characters (id INTEGER PRIMARY KEY, name TEXT NOT NULL, level INTEGER NOT NULL, created_at TEXT NOT NULL);";

    static readonly string[] Classes = ["Bard", "Cleric", "Druid", "Fighter", "Paladin", "Ranger", "Rogue", "Warlock", "Wizard"];
    static readonly string[] SlowStatements = ["campaign search", "character export", "spell full text"];

    readonly Site backend, frontend;
    readonly MetricPage frontendPage = new();
    readonly Machine frontendMachine;
    readonly Traffic traffic, pages;
    readonly DatabaseModel database;
    readonly CacheModel cache;
    readonly Family users, created, campaigns, events, slowCount, slowSeconds;
    readonly SimulatedRoute charactersRoute = new("GET", "/characters", 26, 0.055, IsCritical: true);
    int unsaved;

    public DndCompanion(Ground ground)
        : base("dnd-companion", "D&D Companion", ground, new(ground.Seed, PeakHour: 18.5, WeekEnd: 1.3), Schema)
    {
        Machine = new(Page, new(1024 * Mebibyte, 480 * Mebibyte, 190 * Mebibyte, 36 * Mebibyte, 0.13, 0.46), Rhythm, "3.1.4", Clock.GetUtcNow());
        frontendMachine = new(frontendPage, new(512 * Mebibyte, 210 * Mebibyte, 80 * Mebibyte, 18 * Mebibyte, 0.08, 0.31), Rhythm, "3.1.4", Clock.GetUtcNow());
        traffic = new(Page, Draw, tellsCritical: true, new("POST", "/auth/login", 5, 0.11, 0.4, IsCritical: true), charactersRoute,
            new("GET", "/campaigns", 20, 0.07, IsCritical: true), new("POST", "/dice/roll", 30, 0.018, Success: 201), new("GET", "/spells", 19, 0.04))
        { Answered = Note };
        pages = new(frontendPage, Draw, tellsCritical: true, new("GET", "/", 20, 0.045), new("GET", "/characters/:id", 45, 0.08), new("GET", "/campaigns/:id", 35, 0.09));
        database = new(Page, Draw, maxConnections: 100, pool: 25, histogram: "postgres_query_duration_seconds") { Slow = NoteSlow };
        cache = new(Page, Draw, 0.952, 64 * Mebibyte);
        users = Page.Gauge("active_users", "Users signed in during the last five minutes.");
        created = Page.Counter("characters_created_total", "Characters created.");
        campaigns = Page.Gauge("campaigns_active", "Campaigns with a session now.");
        events = Page.Counter("campaign_events_total", "Dice, messages and moves on maps.");
        slowCount = Page.Counter("db_slow_queries_total", "Queries that took more than a second.", "query");
        slowSeconds = Page.Counter("db_slow_query_seconds_total", "Their total time.", "query");
        created.Set(0);
        events.Set(0);
        foreach (var statement in SlowStatements)
        {
            slowCount.Set(0, statement);
            slowSeconds.Set(0, statement);
        }
        backend = NewSite();
        frontend = NewSite();
        Map();
    }

    public override Machine Machine { get; }

    public override IReadOnlyDictionary<string, PartKind> Parts { get; } = new Dictionary<string, PartKind> { ["dnd-backend"] = PartKind.Program, ["dnd-frontend"] = PartKind.Program, ["dnd-postgres"] = PartKind.Database, ["dnd-redis"] = PartKind.Cache };

    public override IEnumerable<(string Variable, string Value)> Addresses =>
    [
        ("dd_backend", backend.Url), ("dd_frontend", frontend.Url), ("dd_backend_metrics", backend.Port.Address), ("dd_frontend_metrics", frontend.Port.Address),
        ("dd_database_check", $"{NodeSite.Url}/health/database"), ("dd_node", NodeSite.Port.Address), ("dd_processes", $"{NodeSite.Url}/processes"), ("dd_logs", Log.Folder),
    ];

    public override DatabaseModel Store => database;

    public override string FragileFeature => "campaign-search";

    protected override IReadOnlyList<FaultKind> OwnFaults => [FaultKind.CacheCold];

    protected override IReadOnlyList<Site> Sites => [backend, frontend];

    protected override IReadOnlyList<SecurityEvent> SecurityEvents { get; } =
    [
        new("auth_failed", "Sign-in refused: wrong password", "POST", "/auth/login", 401, 60, 0.8),
        new("permission_denied", "Campaign belongs to another group", "GET", "/campaigns/17", 403, 300, 0.15),
        new("suspicious_activity", "Token used from two countries' addresses", "GET", "/characters", 0, 900, 0.03),
    ];

    public override IReadOnlyList<string> Expositions() => [.. base.Expositions(), Read(frontendPage.Render)];

    protected override void Step(Moment moment, Conditions conditions)
    {
        var perSecond = moment.Between(34, 105);
        Machine.Step(moment, Faults.Value(FaultKind.MemoryLeak), Strain(conditions.Stretch > 1 ? 0.15 : 0));
        frontendMachine.Step(moment, null, 0);
        traffic.Step(moment, perSecond, conditions);
        pages.Step(moment, perSecond * 0.4, conditions with { FailureRatio = conditions.FailureRatio * 0.6 });
        cache.Step(moment, perSecond * 1.3, Faults.Value(FaultKind.CacheCold));
        database.Step(moment, perSecond * 0.9 * conditions.Stretch, !Faults.Has(FaultKind.DatabaseGone), conditions);
        Node.Step(moment, Machine.Cpu, Machine.MemoryBytes + frontendMachine.MemoryBytes, perSecond * 1.4, Skew);
        users.Set(Math.Round(moment.Between(60, 520)));
        campaigns.Set(Math.Round(moment.Between(4, 58)));
        events.Of().Add(Draw.Poisson(moment.Between(3, 42) * moment.Seconds));
        var characters = Draw.Poisson(moment.Between(0.02, 0.14) * moment.Seconds);
        created.Of().Add(characters);
        unsaved = Math.Min(100, unsaved + characters);
    }

    protected override void Restarted()
    {
        frontendPage.Reset();
        frontendMachine.Version = Machine.Version;
        frontendMachine.Restart(Now);
    }

    protected override async Task SaveAsync(CancellationToken stop)
    {
        int count;
        lock (Gate)
            (count, unsaved) = (unsaved, 0);
        for (; count > 0; count--)
        {
            await Database.ExecuteAsync("INSERT INTO characters (name, level, created_at) VALUES ($name, 1, $at)", stop,
                ("$name", $"{Classes[count % Classes.Length]} {count}"), ("$at", Answers.Stamp(Clock.GetUtcNow())));
        }
    }

    void Map()
    {
        backend.Get("/health", Health).Get("/health/database", DatabaseHealth).Get("/metrics", Metrics).Get("/logs", Logs);
        backend.Get("/debug/config", context => context.Json(Read(Configuration))).Get("/debug/pprof", context => context.Text(Read(Profile)));
        backend.Get("/characters", context => ServeAsync(context, traffic, charactersRoute, () => new { characters = Classes.Select(name => new { name, level = 1 }).ToArray(), simulated = true }));
        frontend.Get("/api/health", Health).Get("/metrics", context => context.Text(Read(frontendPage.Render), Answers.PrometheusText));
        frontend.Get("/", context => context.Text("<!DOCTYPE html><html lang=\"en\"><title>D&amp;D Companion (SIMULATED)</title><h1>D&amp;D Companion</h1><p>SIMULATED</p></html>", "text/html; charset=utf-8"));
    }

    Task Health(HttpContext context)
    {
        var isUp = !Faults.Has(FaultKind.DatabaseGone);
        return context.Json(new { status = isUp ? "ok" : "error", timestamp = Answers.Stamp(Now), version = Machine.Version, database = isUp ? "up" : "down" },
            isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>What the program was configured with; secrets never leave it.</summary>
    object Configuration() => new
    {
        simulated = true,
        version = Machine.Version,
        environment = "simulator",
        replicas = Machine.Replicas,
        flags = new Dictionary<string, bool>(Flags),
        database = new { host = "dnd-postgres", name = "dnd_companion", user = "dnd", password = "***", pool = 25 },
        cache = new { host = "dnd-redis", ttl_seconds = 3600 },
        jwt_secret = "***",
    };

    string Profile()
    {
        var heap = Machine.HeapBytes / Mebibyte;
        return FormattableString.Invariant($"""
            SIMULATED profile, 30 s
            cpu: {Machine.Cpu * 100:0.0} % of 1 core
               flat  flat%   cum%  function
              9.1 s  30.3 %  30.3 %  CampaignService.findAll
              6.4 s  21.3 %  51.6 %  PrismaClient.query
              4.0 s  13.3 %  64.9 %  DiceController.roll
            heap in use: {heap:0.0} MiB
              {heap * 0.42:0.0} MiB  session cache
              {heap * 0.31:0.0} MiB  compiled templates
              {Machine.LeakedBytes / Mebibyte:0.0} MiB  listeners never removed

            """);
    }

    // One request, told by the frontend that asked, the backend and what is behind it under one correlation id.
    void Note(SimulatedRoute route, int status, double seconds)
    {
        var (user, ip, correlation) = NoteAccess(route, status, seconds);
        if (status >= 500)
        {
            if (!database.IsUp)
                Log.Write(Now, "ERROR", "error_tracking", "connection_refused", new { host = "dnd-postgres" }, correlation: correlation, component: "database");
            Log.Write(Now, "ERROR", "error_tracking", "request_failed", new { path = route.Path, status, user }, correlation: correlation, component: "backend");
            Log.Write(Now, "WARN", "error_tracking", "shown_to_user", new { path = route.Path, user, words = "Something went wrong" }, correlation: correlation, component: "frontend");
        }
        else if (status == StatusCodes.Status401Unauthorized)
            Log.Write(Now, "WARN", EventLog.Security, "unauthorized", new { path = route.Path, status, ip, user }, correlation: correlation, component: "backend");
        else if (seconds > 1)
            Log.Write(Now, "WARN", "performance", "slow_response", new { path = route.Path, duration_ms = Math.Round(seconds * 1000) }, correlation: correlation, component: "backend");
    }

    void NoteSlow(double seconds)
    {
        var statement = Draw.Of(SlowStatements);
        slowCount.Of(statement).Add();
        slowSeconds.Of(statement).Add(seconds);
    }
}
