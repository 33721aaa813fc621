using System.Text.Json;
using OpsDashboard.Simulator.Hosting;

namespace OpsDashboard.Simulator.Systems;

/// <summary>The JSON documents of Liap Tui's endpoints, with the contents that its guide lists.</summary>
sealed class LiapTuiDocuments(LiapTui game)
{
    public Task Health(HttpContext context) => Send(context, () => new { status = game.DatabaseIsUp ? "healthy" : "unhealthy", timestamp = Stamp() },
        () => game.DatabaseIsUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    public Task Detailed(HttpContext context) => Send(context, () => new
    {
        status = Components().All(part => part.IsHealthy) ? "healthy" : "degraded",
        timestamp = Stamp(),
        uptime_seconds = Uptime(),
        resources = Resources(),
        active_connections = game.Connections,
        error_rates = ErrorRates(),
        components = Components().ToDictionary(part => part.Name, part => new { status = part.IsHealthy ? "healthy" : "unhealthy" }),
    });

    public Task SystemStats(HttpContext context) => Send(context, () => new
    {
        timestamp = Stamp(),
        server = new { uptime_seconds = Uptime(), version = game.Machine.Version, replicas = game.Machine.Replicas, resources = Resources() },
        connections = new { active = game.Connections, limit = LiapTui.ConnectionLimit, messages_per_second = Math.Round(game.MessagesPerSecond, 1) },
        rooms = new { active = game.Hall.Rooms.Count, phases = Phases(), players_human = game.Hall.Humans, players_bot = (game.Hall.Rooms.Count * 4) - game.Hall.Humans },
        performance = new { requests_per_second = Math.Round(game.Traffic.PerSecond, 1), websocket_round_trip_ms = Milliseconds(game.RoundTripSeconds), queue_depth = new { broadcast = game.Queues.Broadcast, events = game.Queues.Events } },
        errors = ErrorRates(),
    });

    public Task RecoveryStatus(HttpContext context) => Send(context, () => new
    {
        timestamp = Stamp(),
        auto_recovery = new { enabled = true, interval_seconds = 5, max_attempts = 10, actions = new[] { "reconnect_and_replay", "rebuild_state_from_events" } },
        active = game.Recovery.IsActive,
        recent_actions = game.Recovery.Recent.Reverse().Select(action => action.Document),
        failed_attempts = game.Recovery.Failures,
        stability_score = Math.Round(game.Recovery.Score, 1),
    });

    public Task RoomStats(HttpContext context) => Send(context, () => new
    {
        timestamp = Stamp(),
        active_rooms = game.Hall.Rooms.Count,
        rooms = game.Hall.Rooms.Select(Summary),
        phase_distribution = Phases(),
        average_game_duration_seconds = Math.Round(game.Hall.MeanSeconds),
    });

    public Task Rooms(HttpContext context) => Send(context, () => new { rooms = game.Hall.Rooms.Select(Summary) });

    public Task RoomEvents(HttpContext context) => OfRoom(context, room => new
    {
        room_id = room.Id,
        events = room.Events.Select(one => new { sequence = one.Sequence, timestamp = Answers.Stamp(one.At), type = one.Type, @event = one.Name, details = one.Details }),
    });

    public Task RoomState(HttpContext context) => OfRoom(context, room => new
    {
        room_id = room.Id,
        reconstructed_from = room.Events.Count,
        phase = GameRoom.Word(room.Phase),
        round = room.Round,
        started_at = Answers.Stamp(room.StartedAt),
        players = room.Players.Select(player => new { name = player.Name, is_bot = player.IsBot, score = player.Score }),
    });

    public Task EventStoreStats(HttpContext context) => Send(context, () => new
    {
        timestamp = Stamp(),
        total_events = (long)(game.StoredBytes / 96),
        events_per_game_type = new { standard = (long)(game.StoredBytes / 96 * 0.84), quick = (long)(game.StoredBytes / 96 * 0.16) },
        storage_bytes = (long)game.StoredBytes,
        compression_ratio = game.CompressionRatio,
    });

    /// <summary>The parts of the server and whether each is healthy.</summary>
    public IEnumerable<(string Name, bool IsHealthy)> Components()
    {
        yield return ("api", game.Traffic.FailureRatio(10) < 0.05);
        yield return ("websocket", game.RoundTripSeconds < 0.5);
        yield return ("game_engine", game.Queues.Broadcast < 1000);
        yield return ("event_store", game.DatabaseIsUp);
        yield return ("recovery", game.Recovery.Score > 50);
    }

    Task OfRoom(HttpContext context, Func<GameRoom, object> document)
    {
        GameRoom? Room() => game.Hall.Find(context.Request.RouteValues["id"] as string);
        return Send(context, () => Room() is { } room ? document(room) : new { error = "room_not_found" }, () => Room() is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    static object Summary(GameRoom room) => new
    {
        room_id = room.Id,
        state = GameRoom.Word(room.Phase),
        round = room.Round,
        players = room.Players.Count,
        bots = room.Players.Count - room.Humans,
        started_at = Answers.Stamp(room.StartedAt),
    };

    object Resources() => new { cpu_percent = Math.Round(game.Machine.Cpu * 100, 1), memory_percent = Math.Round(game.Machine.MemoryRatio * 100, 1), memory_bytes = (long)game.Machine.MemoryBytes };

    object ErrorRates() => new { last_minute = Math.Round(game.Traffic.FailureRatio(60), 5), last_5_minutes = Math.Round(game.Traffic.FailureRatio(300), 5) };

    Dictionary<string, int> Phases() => Enum.GetValues<GamePhase>().ToDictionary(GameRoom.Word, phase => game.Hall.Rooms.Count(room => room.Phase == phase));

    double Uptime() => Math.Round((game.Time - game.Machine.StartedAt).TotalSeconds);

    string Stamp() => Answers.Stamp(game.Time);

    static double Milliseconds(double seconds) => Math.Round(seconds * 1000, 1);

    /// <summary>The document is written while the state stands still.</summary>
    Task Send(HttpContext context, Func<object> document, Func<int>? status = null)
    {
        string text;
        game.Advance();
        lock (game.Gate)
        {
            text = JsonSerializer.Serialize(document());
            context.Response.StatusCode = status?.Invoke() ?? StatusCodes.Status200OK;
        }
        return context.Text(text, "application/json; charset=utf-8");
    }
}
