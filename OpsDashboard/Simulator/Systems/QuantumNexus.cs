using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>Quantum Nexus: a platform on edge workers that depends on third parties, which answer at an address of their own.</summary>
sealed class QuantumNexus : SimulatedSystem
{
    const double Mebibyte = 1024 * 1024;
    const string Schema = "CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, seen_at TEXT NOT NULL);";

    static readonly string[] CronJobs = ["reconcile-transactions", "rotate-quests", "refill-faucets"];

    readonly Site platform;
    readonly Traffic traffic;
    readonly DatabaseModel database;
    readonly ThirdParties thirdParties;
    readonly HistogramCells rpc;
    readonly Family users, workers, height, blockTime, rpcErrors, wallets, cron, backup;

    public QuantumNexus(Ground ground)
        : base("quantum-nexus", "Quantum Nexus", ground, new(ground.Seed, PeakHour: 15), Schema)
    {
        Machine = new(Page, new(512 * Mebibyte, 220 * Mebibyte, 96 * Mebibyte, 22 * Mebibyte, 0.12, 0.48, Replicas: 4), Rhythm, "0.14.1", Clock.GetUtcNow());
        traffic = new(Page, Draw, tellsCritical: false, new("POST", "/api/wallet/connect", 6, 0.21), new("GET", "/api/game/state", 44, 0.06),
            new("GET", "/api/marketplace", 20, 0.14), new("GET", "/api/leaderboard", 18, 0.05), new("GET", "/api/quests", 12, 0.07))
        { Answered = Note };
        database = new(Page, Draw, maxConnections: 50, pool: 10);
        users = Page.Gauge("concurrent_users", "Users now.");
        workers = Page.Gauge("worker_instances", "Workers that serve.");
        height = Page.Gauge("chain_block_height", "Newest block seen.");
        blockTime = Page.Gauge("chain_block_timestamp_seconds", "Its time, seconds since 1970.");
        rpc = Page.Histogram("rpc_request_duration_seconds", "Calls to the RPC endpoint.", HistogramFamily.Seconds).Histogram();
        rpcErrors = Page.Counter("rpc_errors_total", "Calls to the RPC endpoint that failed.");
        wallets = Page.Counter("wallet_connections_total", "Wallets connected.", "outcome");
        cron = Page.Gauge("cron_last_success_timestamp_seconds", "Last good end of a job.", "job");
        backup = Page.Gauge("backup_last_success_timestamp_seconds", "Last good snapshot.");
        rpcErrors.Set(0);
        wallets.Set(0, "success");
        wallets.Set(0, "failure");
        thirdParties = new(Clock, Faults);
        platform = NewSite();
        platform.Get("/health", Health).Get("/health/database", DatabaseHealth).Get("/metrics", Metrics).Get("/logs", Logs);
        platform.Get("/api/game/state", context => ServeAsync(context, traffic, traffic.Routes[1], () => new { sector = 7, quests = 3, simulated = true }));
        thirdParties.Map(NodeSite);
    }

    public override Machine Machine { get; }

    public override IReadOnlyDictionary<string, PartKind> Parts { get; } = new Dictionary<string, PartKind> { ["quantum-nexus"] = PartKind.Program, ["postgresql"] = PartKind.Database };

    public override IEnumerable<(string Variable, string Value)> Addresses =>
    [
        ("qn_platform", platform.Url), ("qn_database_check", $"{NodeSite.Url}/health/database"), ("qn_node", NodeSite.Port.Address), ("qn_logs", Log.Folder),
        ("qn_particle", $"{NodeSite.Url}/particle/status"), ("qn_rpc", $"{NodeSite.Url}/rpc"), ("qn_auth", $"{NodeSite.Url}/auth/tokens"), ("qn_chain", $"{NodeSite.Url}/chain/head"), ("qn_gas", $"{NodeSite.Url}/chain/gas"),
    ];

    public override DatabaseModel Store => database;

    public override string FragileFeature => "marketplace";

    protected override IReadOnlyList<FaultKind> OwnFaults => [FaultKind.ThirdParty];

    protected override IReadOnlyList<Site> Sites => [platform];

    protected override IReadOnlyList<SecurityEvent> SecurityEvents { get; } =
    [
        new("auth_failed", "Signature does not fit the wallet", "POST", "/api/wallet/connect", 401, 90, 0.7),
        new("rate_limited", "Too many requests from one address", "GET", "/api/marketplace", 429, 240, 0.2),
        new("suspicious_activity", "Transfers in a pattern of wash trading", "POST", "/api/marketplace", 0, 900, 0.05),
    ];

    protected override void Step(Moment moment, Conditions conditions)
    {
        var perSecond = moment.Between(36, 130);
        Machine.Step(moment, Faults.Value(FaultKind.MemoryLeak), Strain(conditions.Stretch > 1 ? 0.1 : 0));
        traffic.Step(moment, perSecond, conditions);
        database.Step(moment, perSecond * 0.3 * conditions.Stretch, !Faults.Has(FaultKind.DatabaseGone), conditions);
        Node.Step(moment, Machine.Cpu, Machine.MemoryBytes, perSecond, Skew);
        users.Set(Math.Round(moment.Between(210, 1800)));
        workers.Set(Machine.Replicas);
        height.Set(thirdParties.Height(moment.Now));
        blockTime.Set(thirdParties.BlockTime(moment.Now));
        for (var calls = Draw.Poisson(3 * moment.Seconds); calls > 0; calls--)
            Call(conditions);
        Schedule(moment);
    }

    protected override Task SaveAsync(CancellationToken stop) =>
        Database.ExecuteAsync("INSERT OR IGNORE INTO blocks VALUES ($height, $at); DELETE FROM blocks WHERE height < $height - 7200;", stop,
            ("$height", (long)thirdParties.Height(Clock.GetUtcNow())), ("$at", Answers.Stamp(Clock.GetUtcNow())));

    void Call(Conditions conditions)
    {
        if (Faults.Has(FaultKind.ThirdParty) || Draw.Chance(conditions.FailureRatio))
            rpcErrors.Of().Add();
        else
            rpc.Observe(Math.Min(Draw.LogNormal(0.085, 0.4), 0.4) + conditions.ExtraSeconds);
    }

    /// <summary>Jobs end well in the minute in which they are due, snapshots every hour, unless the database is gone.</summary>
    void Schedule(Moment moment)
    {
        if (!database.IsUp)
            return;
        for (var i = 0; i < CronJobs.Length; i++)
        {
            var period = 300 * (i + 1);
            cron.Set((Math.Floor(moment.UnixSeconds / period) * period) + 4, CronJobs[i]);
        }
        backup.Set((Math.Floor((moment.UnixSeconds - 41) / 3600) * 3600) + 41);
    }

    Task Health(HttpContext context)
    {
        var isUp = !Faults.Has(FaultKind.DatabaseGone);
        return context.Json(new { status = isUp ? "healthy" : "unhealthy", timestamp = Answers.Stamp(Now), version = Machine.Version },
            isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    void Note(SimulatedRoute route, int status, double seconds)
    {
        if (route.Path == "/api/wallet/connect")
            wallets.Of(status < 400 && !Faults.Has(FaultKind.ThirdParty) ? "success" : "failure").Add();
        var (user, ip, correlation) = NoteAccess(route, status, seconds);
        if (status >= 500)
            Log.Write(Now, "ERROR", "error_tracking", "request_failed", new { path = route.Path, status, user }, correlation: correlation, component: "platform");
        else if (status == StatusCodes.Status401Unauthorized)
            Log.Write(Now, "WARN", EventLog.Security, "unauthorized", new { path = route.Path, status, ip, user }, correlation: correlation, component: "platform");
        else if (seconds > 1)
            Log.Write(Now, "WARN", "performance", "slow_response", new { path = route.Path, duration_ms = Math.Round(seconds * 1000) }, correlation: correlation, component: "platform");
    }
}
