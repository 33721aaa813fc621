namespace OpsDashboard.Simulator.Faults;

/// <summary>What can be broken. Names in requests are camelCase.</summary>
enum FaultKind
{
    Slow, Errors, MemoryLeak, FrameDrop, Crash, DatabaseGone, CacheCold, ClockSkew, GarbageOutput, Hang, Attack,
    BusyProcessor, DiskFull, ConnectionLeak, LongQuery, Flood, ThirdParty,
}

/// <summary>A fault that is in force until it ends by itself or is ended.</summary>
/// <param name="Value">In the unit of the kind, see <see cref="FaultCatalogue"/>.</param>
sealed record Fault(FaultKind Kind, double Value, DateTimeOffset StartedAt, DateTimeOffset EndsAt);

/// <summary>What a kind's value means and may be.</summary>
/// <param name="Unit">Empty where the kind takes no value.</param>
sealed record FaultDescription(FaultKind Kind, string Text, string Unit, double Default, double Least, double Most)
{
    public string Name => FaultCatalogue.Name(Kind);
}

static class FaultCatalogue
{
    public const int DefaultSeconds = 120;
    public const int MostSeconds = 3600;

    public static readonly IReadOnlyDictionary<FaultKind, FaultDescription> All = new FaultDescription[]
    {
        new(FaultKind.Slow, "Every request takes longer.", "seconds", 3, 0.01, 30),
        new(FaultKind.Errors, "A part of the requests fails with 500.", "ratio", 0.3, 0.001, 1),
        new(FaultKind.MemoryLeak, "Memory grows until the fault ends or the program is restarted.", "bytes per second", 25e6, 1e3, 1e9),
        new(FaultKind.FrameDrop, "The game's animation draws fewer frames.", "frames per second", 24, 1, 60),
        new(FaultKind.Crash, "The program is gone; its ports refuse connections.", "", 0, 0, 0),
        new(FaultKind.DatabaseGone, "The database does not answer.", "", 0, 0, 0),
        new(FaultKind.CacheCold, "Look-ups miss the cache.", "hit ratio", 0.05, 0, 0.8),
        new(FaultKind.ClockSkew, "The clock of the machine is wrong.", "seconds", -600, -86400, 86400),
        new(FaultKind.GarbageOutput, "Answers 200, but with something else than asked for.", "", 0, 0, 0),
        new(FaultKind.Hang, "Accepts connections and never answers.", "", 0, 0, 0),
        new(FaultKind.Attack, "Somebody tries passwords and what they may not, from a few addresses.", "attempts per second", 5, 0.1, 100),
        new(FaultKind.BusyProcessor, "Something needs the processor besides the usual work.", "ratio", 0.75, 0.05, 0.95),
        new(FaultKind.DiskFull, "Old files fill the volume /data.", "ratio", 0.95, 0.6, 0.99),
        new(FaultKind.ConnectionLeak, "Connections to the database are not given back.", "ratio of those allowed", 0.93, 0.1, 1),
        new(FaultKind.LongQuery, "A forgotten query holds a lock; the others wait behind it.", "seconds", 4, 0.1, 9),
        new(FaultKind.Flood, "Connections are opened until the limit is reached.", "", 0, 0, 0),
        new(FaultKind.ThirdParty, "What the system depends on and does not run itself fails.", "", 0, 0, 0),
    }.ToDictionary(description => description.Kind);

    public static string Name(FaultKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    public static FaultKind? Find(string? name)
    {
        foreach (var kind in All.Keys)
        {
            if (Name(kind) == name)
                return kind;
        }
        return null;
    }
}
