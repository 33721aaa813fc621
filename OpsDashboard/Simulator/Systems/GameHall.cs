using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>All rooms of Liap Tui, and the figures about games.</summary>
sealed class GameHall
{
    const double ActionsPerSecond = 0.55;
    const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";

    readonly Draw draw;
    readonly List<GameRoom> rooms = [];
    readonly Family active, byPhase, players, finished, actions, stored;
    readonly HistogramCells durations;

    public GameHall(MetricPage page, Draw draw)
    {
        this.draw = draw;
        active = page.Gauge("game_rooms_active", "Number of active game rooms");
        byPhase = page.Gauge("game_rooms", "Rooms by phase.", "phase");
        players = page.Gauge("players", "Seated players.", "kind");
        durations = page.Histogram("game_duration_seconds", "Length of finished games.", [120, 300, 480, 600, 900, 1200, 1800, 3600]).Histogram();
        finished = page.Counter("games_finished_total", "Finished games by winner.", "winner");
        actions = page.Counter("game_actions_total", "What players did.", "action");
        stored = page.Counter("event_store_events_total", "Events stored.", "type");
        foreach (var winner in new[] { "human", "bot" })
            finished.Set(0, winner);
        foreach (var action in new[] { "declare", "play", "redeal" })
            actions.Set(0, action);
        foreach (var type in new[] { "player_action", "state_transition", "system" })
            stored.Set(0, type);
    }

    public IReadOnlyList<GameRoom> Rooms => rooms;

    public int Humans => rooms.Sum(room => room.Humans);

    public double MeanSeconds { get; private set; } = 540;

    /// <summary>Told of every change of phase.</summary>
    public Action<GameRoom>? PhaseChanged { get; set; }

    public void Step(Moment moment)
    {
        OpenRooms(moment);
        foreach (var room in rooms)
        {
            if (room.Step(moment))
            {
                stored.Of("state_transition").Add();
                PhaseChanged?.Invoke(room);
            }
            for (var count = draw.Poisson(ActionsPerSecond * moment.Seconds); count > 0; count--)
                Count(room.Act(moment.Now));
        }
        CloseRooms(moment.Now);
        Publish();
    }

    public GameRoom? Find(string? id) => rooms.Find(room => room.Id == id);

    void OpenRooms(Moment moment)
    {
        var isFirst = rooms.Count == 0;
        var wanted = (int)Math.Round(moment.Between(5, 21));
        // after the start all are there at once; later one or two a second
        for (var opened = 0; rooms.Count < wanted && (isFirst || opened < 2); opened++)
        {
            var room = new GameRoom(NewId(), draw, moment.Now);
            if (isFirst && draw.Chance(0.9))
                room.PutInPlay(moment.Now);
            rooms.Add(room);
            stored.Of("system").Add();
        }
    }

    void CloseRooms(DateTimeOffset now)
    {
        foreach (var room in rooms.Where(room => room.Winner is not null))
        {
            var seconds = (now - room.StartedAt).TotalSeconds;
            durations.Observe(seconds);
            MeanSeconds += (seconds - MeanSeconds) * 0.05;
            finished.Of(room.Winner!.IsBot ? "bot" : "human").Add();
            stored.Of("system").Add();
        }
        rooms.RemoveAll(room => room.Winner is not null);
    }

    void Count(string? action)
    {
        if (action is null)
            return;
        actions.Of(action).Add();
        stored.Of("player_action").Add();
    }

    void Publish()
    {
        active.Set(rooms.Count);
        foreach (var phase in Enum.GetValues<GamePhase>())
            byPhase.Set(rooms.Count(room => room.Phase == phase), GameRoom.Word(phase));
        players.Set(Humans, "human");
        players.Set((rooms.Count * 4) - Humans, "bot");
    }

    string NewId()
    {
        string id;
        do
            id = $"ROOM_{Letters[draw.Below(Letters.Length)]}{Letters[draw.Below(Letters.Length)]}{Letters[draw.Below(Letters.Length)]}";
        while (Find(id) is not null);
        return id;
    }
}
