using System.Globalization;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell.Faults;

/// <summary>How the panel speaks of faults.</summary>
static class FaultWords
{
    static readonly Dictionary<string, (string Title, string Effect)> Words = new()
    {
        ["slow"] = ("Slow", "requests take longer"),
        ["errors"] = ("Errors", "requests fail with 500"),
        ["memoryLeak"] = ("Memory leak", "memory grows and grows"),
        ["frameDrop"] = ("Frame drop", "the animation stutters"),
        ["crash"] = ("Crash", "its ports refuse"),
        ["databaseGone"] = ("Database gone", "nothing answers behind it"),
        ["cacheCold"] = ("Cache cold", "look-ups miss"),
        ["clockSkew"] = ("Clock skew", "its clock is wrong"),
        ["garbageOutput"] = ("Garbage output", "answers 200 with nonsense"),
        ["hang"] = ("Hang", "accepts, never answers"),
        ["attack"] = ("Attack", "a few addresses try passwords"),
        ["busyProcessor"] = ("Busy processor", "something else needs the CPU"),
        ["diskFull"] = ("Disk full", "old files fill /data"),
        ["connectionLeak"] = ("Connection leak", "database connections run out"),
        ["longQuery"] = ("Long query", "a lock keeps the others waiting"),
        ["flood"] = ("Flood", "connections reach the limit"),
        ["thirdParty"] = ("Third party", "wallet and RPC fail elsewhere"),
    };

    public static string Title(string kind) => Words.TryGetValue(kind, out var words) ? words.Title : kind;

    public static string Effect(string kind) => Words.TryGetValue(kind, out var words) ? words.Effect : "";

    /// <summary>The value in words; empty where the kind takes none.</summary>
    public static string Value(string kind, double value) => kind switch
    {
        "slow" => Text($"{value:0.##} s more a request"),
        "errors" => Text($"{value * 100:0.#} % of requests"),
        "memoryLeak" => Text($"{value / 1e6:0.##} MB a second"),
        "frameDrop" => Text($"{value:0.#} frames a second"),
        "attack" => Text($"{value:0.#} attempts a second"),
        "cacheCold" => Text($"{value * 100:0.#} % hits"),
        "busyProcessor" => Text($"{value * 100:0.#} % of the CPU"),
        "diskFull" or "connectionLeak" => Text($"{value * 100:0.#} % taken"),
        "longQuery" => Text($"{value:0.##} s more a query"),
        "clockSkew" => $"{Durations.Short(TimeSpan.FromSeconds(Math.Abs(value)))} {(value < 0 ? "behind" : "ahead")}",
        _ => "",
    };

    /// <summary>A time that runs down: 1:59.</summary>
    public static string Left(double seconds)
    {
        var left = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, seconds)));
        return left.TotalHours >= 1 ? Text($"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}") : Text($"{left.Minutes}:{left.Seconds:00}");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
