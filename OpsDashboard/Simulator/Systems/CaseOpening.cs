using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>Case Opening Game: an API and a web app, a database with openings and transactions, a cache.</summary>
sealed class CaseOpening : SimulatedSystem
{
    const double Mebibyte = 1024 * 1024;

    static readonly string[] Cases = ["bronze", "silver", "gold", "nebula", "dragon"];

    readonly Site api, app;
    readonly Traffic traffic;
    readonly SimulatedRoute openRoute = new("POST", "/cases/open", 4, 0.28, 0.35);
    readonly DatabaseModel database;
    readonly CacheModel cache;
    readonly OpeningBook book;
    readonly Family players, openings, awarded, daily, average, orphaned, tokens, lives, errors, critical, recoveries;

    public CaseOpening(Ground ground)
        : base("case-opening", "Case Opening Game", ground, new(ground.Seed, PeakHour: 20), OpeningBook.Schema)
    {
        Machine = new(Page, new(512 * Mebibyte, 190 * Mebibyte, 52 * Mebibyte, 14 * Mebibyte, 0.14, 0.44), Rhythm, "2.4.0", Clock.GetUtcNow());
        traffic = new(Page, Draw, tellsCritical: false, openRoute, new("GET", "/cases", 14, 0.035), new("GET", "/cases/:id", 22, 0.04),
            new("GET", "/inventory", 26, 0.06), new("GET", "/balance", 30, 0.025), new("POST", "/auth/token", 4, 0.09))
        { Answered = Note };
        database = new(Page, Draw, maxConnections: 100, pool: 20);
        cache = new(Page, Draw, 0.958, 96 * Mebibyte);
        players = Page.Gauge("active_players", "Players in the last minute.");
        openings = Page.Counter("case_openings_total", "Cases opened.", "case");
        awarded = Page.Counter("currency_awarded_total", "Currency awarded.");
        daily = Page.Gauge("case_openings_daily", "Openings of each of the last seven days.", "day");
        average = Page.Gauge("case_award_daily_average", "Average award of the same days.", "day");
        orphaned = Page.Gauge("transactions_orphaned", "Transactions pending for more than an hour.");
        tokens = Page.Gauge("auth_tokens", "Live auth tokens.");
        lives = Page.Gauge("cache_key_ttl_seconds", "Remaining life of a sample of cached keys.", "key");
        errors = Page.Counter("errors_total", "Errors by class.", "class");
        critical = Page.Counter("critical_errors_total", "Critical errors.");
        recoveries = Page.Counter("recoveries_total", "Recoveries tried.", "outcome");
        StartAtZero();
        book = new(Database, Rhythm);
        api = NewSite();
        app = NewSite();
        MapApi();
        app.Map("POST", "/cases/open", Open).Get("/health", Health).Get("/", context => context.Text(GamePage.Html(DashboardUrl, app.Url), "text/html; charset=utf-8"));
    }

    public override Machine Machine { get; }

    /// <summary>Where the dashboard listens, once it does; the game's page loads its beacon script from there.</summary>
    public string? DashboardUrl { get; set; }

    public string AppUrl => app.Url;

    public override string? PageUrl => $"{app.Url}/";

    public override IReadOnlyDictionary<string, PartKind> Parts { get; } = new Dictionary<string, PartKind> { ["case-opening-api"] = PartKind.Program, ["case-opening-frontend"] = PartKind.Program, ["api"] = PartKind.Program, ["postgresql"] = PartKind.Database, ["redis"] = PartKind.Cache };

    public override IEnumerable<(string Variable, string Value)> Addresses =>
        [("cg_api", api.Url), ("cg_app", app.Url), ("cg_database_check", $"{NodeSite.Url}/health/database"), ("cg_orphans", $"{api.Url}/transactions/orphaned"), ("cg_node", NodeSite.Port.Address), ("cg_processes", $"{NodeSite.Url}/processes"), ("cg_logs", Log.Folder)];

    public override DatabaseModel Store => database;

    public override string FragileFeature => "case-opening-v2";

    protected override IReadOnlyList<FaultKind> OwnFaults => [FaultKind.FrameDrop, FaultKind.CacheCold];

    protected override IReadOnlyList<Site> Sites => [api, app];

    protected override IReadOnlyList<SecurityEvent> SecurityEvents { get; } =
    [
        new("AUTH_FAILED", "Wrong password", "POST", "/auth/token", 401, 40, 0.7),
        new("SUSPICIOUS", "Many failed sign-ins from one address", "POST", "/auth/token", 0, 240, 0.05),
        new("CASE_ACCESS_DENIED", "Case is not open to this player", "POST", "/cases/open", 403, 120, 0.15),
        new("BALANCE_MANIPULATION", "Balance in the request differs from the ledger", "POST", "/balance", 403, 1800, 0.04),
    ];

    /// <summary>Frames drawn in one second on one page of a player.</summary>
    public double Frames()
    {
        lock (Gate)
        {
            return Faults.Value(FaultKind.FrameDrop) is { } frames
                ? Math.Max(1, Math.Round(frames + (2 * Draw.Normal())))
                : Draw.Chance(0.06) ? 59 : 60;
        }
    }

    /// <summary>A player's browser: its script heap.</summary>
    public double BrowserHeap() => Read(() => Math.Round((44 * Mebibyte) + (Machine.LeakedBytes * 0.2) + (3 * Mebibyte * Rhythm.Noise(Now, 20))));

    /// <summary>How a player rates the game, 1 to 5, in halves.</summary>
    public double Rating()
    {
        lock (Gate)
        {
            var conditions = Weather();
            var mood = 4.72 - Math.Min(2, conditions.ExtraSeconds * 0.5) - (2 * conditions.FailureRatio) - (Faults.Has(FaultKind.FrameDrop) ? 1.2 : 0);
            return Math.Clamp(Math.Round((mood + (0.3 * Draw.Normal())) * 2) / 2, 1, 5);
        }
    }

    protected override void Step(Moment moment, Conditions conditions)
    {
        var perSecond = moment.Between(48, 140);
        Machine.Step(moment, Faults.Value(FaultKind.MemoryLeak), Strain(conditions.Stretch > 1 ? 0.18 : 0));
        traffic.Step(moment, perSecond, conditions);
        cache.Step(moment, perSecond * 1.6, Faults.Value(FaultKind.CacheCold));
        database.Step(moment, perSecond * 0.5 * conditions.Stretch, !Faults.Has(FaultKind.DatabaseGone), conditions);
        Node.Step(moment, Machine.Cpu, Machine.MemoryBytes, perSecond, Skew);
        var count = Math.Round(moment.Between(140, 860));
        players.Set(count);
        tokens.Set(Math.Round(count * 1.34));
        for (var key = 0; key < 10; key++)
            lives.Set(Math.Round(3600 - ((moment.UnixSeconds + (key * 353)) % 3600)), $"case:{Cases[key % Cases.Length]}:{key}");
        orphaned.Set(book.Orphaned);
        if (Faults.Has(FaultKind.FrameDrop))
            errors.Of("animation").Add(Draw.Poisson(1.5 * moment.Seconds));
        PublishDays();
    }

    protected override Task SaveAsync(CancellationToken stop) => book.SaveAsync(Clock.GetUtcNow(), stop);

    void MapApi()
    {
        api.Get("/health", Health).Get("/cases/health", Health).Get("/health/database", DatabaseHealth).Get("/metrics", Metrics).Get("/logs", Logs);
        api.Get("/cases/open", Open).Map("POST", "/cases/open", Open);
        api.Get("/transactions/orphaned", context => context.Json(new { pending_for_more_than_an_hour = book.Orphaned, transactions = book.OrphanedRows }));
        api.Get("/cases", context => context.Json(new { cases = Cases.Select(name => new { id = name, price = 10 + (5 * Array.IndexOf(Cases, name)) }) }));
    }

    Task Open(HttpContext context) => ServeAsync(context, traffic, openRoute, () => new
    {
        @case = Draw.Of(Cases),
        currency_awarded = book.LastAward,
        opened_at = Answers.Stamp(Now),
        simulated = true,
    });

    Task Health(HttpContext context)
    {
        var isUp = !Faults.Has(FaultKind.DatabaseGone);
        return context.Json(new { status = isUp ? "healthy" : "unhealthy", timestamp = Answers.Stamp(Now), version = Machine.Version },
            isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    void Note(SimulatedRoute route, int status, double seconds)
    {
        var (user, ip, correlation) = NoteAccess(route, status, seconds);
        if (status >= 500)
        {
            NoteFailure(route, status, user, correlation);
        }
        else if (status == StatusCodes.Status401Unauthorized)
        {
            errors.Of("authentication").Add();
            Log.Write(Now, "WARN", EventLog.Security, "AUTH_FAILED", new { service = "case-opening", path = route.Path, status, ip, user, reason = "token expired" }, correlation: correlation, component: "api");
        }
        else if (route == openRoute)
        {
            var name = Draw.Of(Cases);
            openings.Of(name).Add();
            awarded.Of().Add(book.Open(name, Clock.GetUtcNow(), Draw));
            if (seconds > 1)
                Log.Write(Now, "WARN", "performance", "slow_response", new { service = "case-opening", path = route.Path, duration_ms = Math.Round(seconds * 1000) }, correlation: correlation, component: "api");
        }
    }

    // One request, told by the page, the API and what is behind it under one correlation id.
    void NoteFailure(SimulatedRoute route, int status, string user, string correlation)
    {
        // Undisturbed, next to nothing stays broken: a calm demo must not cry wolf.
        var recovered = Draw.Chance(Faults.Has(FaultKind.Errors) ? 0.97 : 0.999);
        errors.Of("network").Add();
        recoveries.Of(recovered ? "success" : "failure").Add();
        if (!database.IsUp)
            Log.Write(Now, "ERROR", "error_tracking", "connection_refused", new { service = "case-opening", host = "cg-postgres" }, correlation: correlation, component: "database");
        Log.Write(Now, "ERROR", "error_tracking", "request_failed", new { service = "case-opening", path = route.Path, status, user }, correlation: correlation, component: "api");
        Log.Write(Now, recovered ? "INFO" : "ERROR", "error_tracking", recovered ? "RECOVERY_SUCCESS" : "RECOVERY_FAILED", new { service = "case-opening", path = route.Path, attempts = recovered ? 1 : 3 }, correlation: correlation, component: "web");
        if (recovered)
            return;
        critical.Of().Add();
        Log.Write(Now, "FATAL", "error_tracking", "CRITICAL_ERROR", new
        {
            service = "case-opening",
            request = new { method = route.Method, path = route.Path },
            session = new { user, flags = Flags.Count },
            recovery = new { attempts = 3, result = "failure" },
            stack = "TypeError: Cannot read properties of undefined (reading 'award')\n    at openCase (cases/open.ts:118:27)\n    at async handle (server.ts:61:5)",
        }, correlation: correlation, component: "api", message: "Case opening could not be recovered");
    }

    void PublishDays()
    {
        if (!book.TakeDays(out var days))
            return;
        daily.Clear();
        average.Clear();
        foreach (var (day, count, award) in days)
        {
            daily.Set(count, day);
            average.Set(Math.Round(award, 2), day);
        }
    }

    void StartAtZero()
    {
        foreach (var name in Cases)
            openings.Set(0, name);
        foreach (var name in new[] { "network", "animation", "authentication" })
            errors.Set(0, name);
        foreach (var outcome in new[] { "success", "failure" })
            recoveries.Set(0, outcome);
        critical.Set(0);
        awarded.Set(0);
    }
}
