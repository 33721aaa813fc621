using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

enum GamePhase { Waiting, Preparation, Declaration, Turn, Scoring }

/// <summary>Something that happened in a room.</summary>
sealed record GameEvent(long Sequence, DateTimeOffset At, string Type, string Name, object Details);

sealed record GamePlayer(string Name, bool IsBot)
{
    public int Score { get; set; }
}

/// <summary>One room of Liap Tui: four seats and a game that goes through its phases until somebody has fifty points.</summary>
sealed class GameRoom
{
    const int PointsToWin = 50;
    const int MostEvents = 200;

    static readonly string[] Names = ["Mai", "Linh", "Nam", "Anh", "Tuan", "Hoa", "Binh", "Chi", "Dung", "Ha", "Khoa", "Lan", "Minh", "Phuc", "Thao", "Vy"];

    readonly Draw draw;
    readonly Queue<GameEvent> events = new();
    double phaseLeft;
    long sequence;

    public GameRoom(string id, Draw draw, DateTimeOffset now)
    {
        (Id, this.draw, StartedAt) = (id, draw, now);
        var humans = 1 + draw.Below(4);
        Players = [.. Enumerable.Range(0, 4).Select(seat => seat < humans ? new GamePlayer(draw.Of(Names), false) : new GamePlayer($"Bot {seat}", true))];
        phaseLeft = 4 + (draw.Next() * 10);
        Add(now, "system", "room_created", new { seats = 4 });
    }

    public string Id { get; }

    public DateTimeOffset StartedAt { get; private set; }

    public GamePhase Phase { get; private set; }

    public int Round { get; private set; }

    public IReadOnlyList<GamePlayer> Players { get; }

    public IReadOnlyCollection<GameEvent> Events => events;

    public int Humans => Players.Count(player => !player.IsBot);

    /// <summary>The winner, once there is one.</summary>
    public GamePlayer? Winner { get; private set; }

    /// <summary>Moves the game on; true when the phase changed.</summary>
    public bool Step(Moment moment)
    {
        phaseLeft -= moment.Seconds;
        if (phaseLeft > 0 || Winner is not null)
            return false;
        var from = Phase;
        if (Phase == GamePhase.Scoring)
            Score(moment.Now);
        Phase = Phase == GamePhase.Scoring ? GamePhase.Preparation : Phase + 1;
        if (Phase == GamePhase.Preparation)
            Round++;
        if (from == GamePhase.Waiting)
            StartedAt = moment.Now;
        phaseLeft = (Phase switch { GamePhase.Preparation => 4, GamePhase.Declaration => 9, GamePhase.Turn => 27, _ => 3 }) * (0.7 + (0.6 * draw.Next()));
        Add(moment.Now, "state_transition", "phase_change", new { from_phase = Word(from), to_phase = Word(Phase), round = Round });
        return true;
    }

    /// <summary>A game that was under way before the simulator began.</summary>
    public void PutInPlay(DateTimeOffset now)
    {
        Phase = GamePhase.Preparation + draw.Below(4);
        Round = 1 + draw.Below(7);
        StartedAt = now.AddSeconds(-46 * Round);
        foreach (var player in Players)
            player.Score = draw.Below(1 + (Round * 5));
    }

    /// <summary>A player does something; the name of the action, or null when nothing can be done now.</summary>
    public string? Act(DateTimeOffset now)
    {
        var action = Phase switch { GamePhase.Declaration => "declare", GamePhase.Turn => "play", GamePhase.Preparation when draw.Chance(0.2) => "redeal", _ => null };
        if (action is not null)
            Add(now, "player_action", action, new { player = draw.Of(Players).Name, pieces = 1 + draw.Below(3) });
        return action;
    }

    public static string Word(GamePhase phase) => phase.ToString().ToUpperInvariant();

    void Score(DateTimeOffset now)
    {
        foreach (var player in Players)
            player.Score += draw.Below(11);
        Winner = Players.Where(player => player.Score >= PointsToWin).MaxBy(player => player.Score);
        Add(now, "system", "scored", new { scores = Players.Select(player => new { player = player.Name, score = player.Score }) });
    }

    void Add(DateTimeOffset at, string type, string name, object details)
    {
        events.Enqueue(new(++sequence, at, type, name, details));
        if (events.Count > MostEvents)
            events.Dequeue();
    }
}
