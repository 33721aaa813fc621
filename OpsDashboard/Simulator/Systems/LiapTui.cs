using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>Liap Tui: a game server with WebSocket rooms, an event store and an automatic recovery. Its documents: <see cref="LiapTuiDocuments"/>.</summary>
sealed class LiapTui : SimulatedSystem
{
    const double Mebibyte = 1024 * 1024;
    public const int ConnectionLimit = 1000;

    readonly Site site;
    readonly Family connections, messages, disconnects, reconnects, queues, healthy, storeSize, compression, authFailures, limited;
    readonly HistogramCells roundTrips;
    readonly HistogramFamily operations;
    readonly RecoveryModel recovery;
    readonly DatabaseModel database;
    double storedBytes = 212 * Mebibyte;

    public LiapTui(Ground ground)
        : base("liap-tui", "Liap Tui", ground, new(ground.Seed, PeakHour: 19.5, WeekEnd: 1.25), Schema)
    {
        Machine = new(Page, new(1024 * Mebibyte, 430 * Mebibyte, 0, 40 * Mebibyte, 0.12, 0.42), Rhythm, "1.9.2", Clock.GetUtcNow());
        connections = Page.Gauge("active_connections", "Number of active WebSocket connections");
        Page.Gauge("connection_limit", "Connections allowed.").Set(ConnectionLimit);
        Hall = new(Page, Draw) { PhaseChanged = NotePhase };
        Traffic = new(Page, Draw, tellsCritical: false, new("GET", "/api/rooms", 30, 0.012), new("GET", "/api/rooms/:id/state", 30, 0.016),
            new("GET", "/api/rooms/:id/events", 8, 0.022), new("GET", "/ws", 8, 0.008, Success: 101), new("POST", "/api/auth", 6, 0.045))
        { Answered = Note };
        roundTrips = Page.Histogram("websocket_round_trip_seconds", "Round trip of a message.", [.005, .01, .02, .03, .04, .05, .075, .1, .15, .2, .3, .5, 1, 2.5]).Histogram();
        messages = Page.Counter("websocket_messages_total", "Messages.", "direction");
        disconnects = Page.Counter("websocket_disconnects_total", "Connections that ended.", "reason");
        reconnects = Page.Counter("websocket_reconnects_total", "Players who came back.");
        queues = Page.Gauge("queue_depth", "Entries that wait.", "queue");
        operations = Page.Histogram("operation_duration_seconds", "Time of an operation.", [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1], "operation");
        healthy = Page.Gauge("component_healthy", "1 while a component is healthy.", "name");
        recovery = new(Page);
        storeSize = Page.Gauge("event_store_size_bytes", "Size of the event store.");
        compression = Page.Gauge("event_store_compression_ratio", "Raw size over stored size.");
        authFailures = Page.Counter("auth_failures_total", "Failed authentications.");
        limited = Page.Counter("rate_limit_violations_total", "Requests over the limit.");
        database = new(Page, Draw, maxConnections: 60, pool: 12);
        StartAtZero();
        Documents = new(this);
        site = NewSite();
        Map();
    }

    public override Machine Machine { get; }

    public override IReadOnlyDictionary<string, PartKind> Parts { get; } = new Dictionary<string, PartKind> { ["liap-tui"] = PartKind.Program, ["postgresql"] = PartKind.Database };

    public override IEnumerable<(string Variable, string Value)> Addresses => [("lt_server", site.Url), ("lt_database_check", $"{NodeSite.Url}/health/database"), ("lt_node", NodeSite.Port.Address), ("lt_logs", Log.Folder)];

    public GameHall Hall { get; }

    public Traffic Traffic { get; }

    public RecoveryModel Recovery => recovery;

    public LiapTuiDocuments Documents { get; }

    public int Connections { get; private set; }

    public double MessagesPerSecond { get; private set; }

    public double RoundTripSeconds { get; private set; } = 0.02;

    public (int Broadcast, int Events) Queues { get; private set; }

    public double StoredBytes => storedBytes;

    public double CompressionRatio => 3.4;

    public bool DatabaseIsUp => database.IsUp;

    /// <summary>The clock as the program sees it.</summary>
    public DateTimeOffset Time => Now;

    public override DatabaseModel Store => database;

    public override string FragileFeature => "spectators";

    protected override IReadOnlyList<FaultKind> OwnFaults => [FaultKind.Flood];

    protected override IReadOnlyList<Site> Sites => [site];

    protected override IReadOnlyList<SecurityEvent> SecurityEvents { get; } =
    [
        new("authentication_failed", "Wrong password", "POST", "/api/auth", 401, 45, 0.6),
        new("rate_limit_violation", "More than 100 requests in 15 minutes", "GET", "/ws", 429, 120, 0.3),
        new("access_denied", "Room is private", "GET", "/api/rooms/ROOM_7/state", 403, 300, 0.1),
        new("suspicious_pattern", "Moves faster than a person can play", "GET", "/ws", 0, 600, 0.03),
    ];

    protected override void Step(Moment moment, Conditions conditions)
    {
        var perSecond = moment.Between(40, 120);
        Hall.Step(moment);
        Traffic.Step(moment, perSecond, conditions);
        Machine.Step(moment, Faults.Value(FaultKind.MemoryLeak), Strain(conditions.ExtraSeconds > 0 ? 0.12 : 0));
        database.Step(moment, perSecond * 0.4, !Faults.Has(FaultKind.DatabaseGone), conditions);
        Node.Step(moment, Machine.Cpu, Machine.MemoryBytes, perSecond * 2, Skew);
        Sockets(moment, conditions);
        Grow(moment);
        recovery.Step(moment, conditions.FailureRatio > 0 || !database.IsUp, Traffic.FailureRatio(60), Log);
        PublishComponents();
    }

    protected override Task SaveAsync(CancellationToken stop)
    {
        var (events, rooms) = Read(() => ((long)storedBytes, Hall.Rooms.Count));
        return Database.ExecuteAsync("INSERT INTO store_sizes (at, bytes, rooms) VALUES ($at, $bytes, $rooms); DELETE FROM store_sizes WHERE id < (SELECT max(id) FROM store_sizes) - 86400;", stop,
            ("$at", Answers.Stamp(Clock.GetUtcNow())), ("$bytes", events), ("$rooms", rooms));
    }

    public override void PruneStore() => storedBytes *= 0.4;

    void Map()
    {
        site.Get("/api/health", Documents.Health).Get("/api/health/detailed", Documents.Detailed).Get("/api/health/metrics", Metrics);
        site.Get("/api/health/database", DatabaseHealth).Get("/api/system/stats", Documents.SystemStats).Get("/api/recovery/status", Documents.RecoveryStatus);
        site.Get("/api/debug/room-stats", Documents.RoomStats).Get("/api/event-store/stats", Documents.EventStoreStats).Get("/logs", Logs);
        site.Get("/api/rooms/{id}/events", Documents.RoomEvents).Get("/api/rooms/{id}/state", Documents.RoomState);
        site.Get("/api/rooms", Documents.Rooms);
    }

    void Sockets(Moment moment, Conditions conditions)
    {
        Connections = Faults.Has(FaultKind.Flood) ? ConnectionLimit : Hall.Humans + (int)Math.Round(moment.Between(4, 26));
        connections.Set(Connections);
        MessagesPerSecond = Connections * 1.7;
        var sent = Draw.Poisson(MessagesPerSecond * moment.Seconds);
        messages.Of("in").Add(sent);
        messages.Of("out").Add(sent * 3);
        for (var i = 0; i < Math.Min(sent, 400); i++)
        {
            RoundTripSeconds = (Math.Min(Draw.LogNormal(0.017, 0.32), 0.046) * conditions.Stretch) + conditions.ExtraSeconds;
            roundTrips.Observe(RoundTripSeconds);
        }
        var lost = Draw.Poisson(Connections * moment.Seconds / 900 * (1 + (40 * conditions.FailureRatio)));
        disconnects.Of(conditions.FailureRatio > 0 ? "error" : Draw.Chance(0.9) ? "client" : "timeout").Add(lost);
        reconnects.Of().Add(lost);
        for (; lost > 0; lost--)
            Log.Write(Now, "INFO", "websocket", "reconnected", new { attempts = 1 + Draw.Below(2) }, component: "server");
        Queues = ((int)Math.Round(moment.Between(2, 14) + (conditions.ExtraSeconds * 420)), database.IsUp ? Draw.Below(6) : Queues.Events + (int)(400 * moment.Seconds));
        queues.Set(Queues.Broadcast, "broadcast");
        queues.Set(Queues.Events, "events");
        operations.Histogram("broadcast").Observe((Draw.LogNormal(0.004, 0.5) * conditions.Stretch) + conditions.ExtraSeconds);
    }

    void Grow(Moment moment)
    {
        storedBytes = database.IsUp ? storedBytes + (Hall.Rooms.Count * 96 * moment.Seconds) : storedBytes;
        storeSize.Set(Math.Round(storedBytes));
        compression.Set(CompressionRatio);
    }

    void PublishComponents()
    {
        foreach (var (name, isHealthy) in Documents.Components())
            healthy.Set(isHealthy ? 1 : 0, name);
    }

    void NotePhase(GameRoom room)
    {
        var seconds = Draw.LogNormal(0.006, 0.5) + Weather().ExtraSeconds;
        operations.Histogram(room.Phase == GamePhase.Scoring ? "scoring" : "phase_change").Observe(seconds);
        Log.Write(Now, "INFO", "game_event", "phase_change", new { to_phase = GameRoom.Word(room.Phase), player_count = 4, duration_ms = Math.Round(seconds * 1000) }, room.Id);
    }

    void Note(SimulatedRoute route, int status, double seconds)
    {
        var (user, ip, correlation) = NoteAccess(route, status, seconds);
        if (status >= 500 && !database.IsUp)
            Log.Write(Now, "ERROR", "error_tracking", "connection_refused", new { host = "event-store" }, correlation: correlation, component: "database");
        if (status >= 500)
            Log.Write(Now, "ERROR", "error_tracking", "request_failed", new { path = route.Path, status, user }, correlation: correlation, component: "server");
        if (status != StatusCodes.Status401Unauthorized)
            return;
        authFailures.Of().Add();
        if (Draw.Chance(0.1))
            limited.Of().Add();
        Log.Write(Now, "WARN", EventLog.Security, "authentication_failed", new { path = route.Path, status, ip, user }, correlation: correlation, component: "server");
    }

    void StartAtZero()
    {
        foreach (var reason in new[] { "client", "timeout", "error" })
            disconnects.Set(0, reason);
        foreach (var operation in new[] { "phase_change", "broadcast", "scoring" })
            operations.Histogram(operation);
        messages.Set(0, "in");
        messages.Set(0, "out");
        reconnects.Set(0);
        authFailures.Set(0);
        limited.Set(0);
    }

    const string Schema = "CREATE TABLE IF NOT EXISTS store_sizes (id INTEGER PRIMARY KEY, at TEXT NOT NULL, bytes INTEGER NOT NULL, rooms INTEGER NOT NULL);";
}
