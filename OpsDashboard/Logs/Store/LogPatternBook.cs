using OpsDashboard.Logs.Search;
using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Store;

/// <summary>Tells which pattern a line is of, and keeps their number within its limit. Thread-safe.</summary>
sealed class LogPatternBook(int maxPerSystem)
{
    const int ExampleLength = 500;

    /// <summary>Lines of patterns beyond the limit.</summary>
    public const string Others = "(other lines)";

    readonly Lock gate = new();
    readonly HashSet<long> known = [];
    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Load(IEnumerable<StoredPattern> stored)
    {
        lock (gate)
        {
            known.Clear();
            counts.Clear();
            foreach (var pattern in stored)
                Know(pattern.Id, pattern.System);
        }
    }

    /// <summary>The pattern of the line, as if it were its first.</summary>
    public StoredPattern Of(LogEntry entry)
    {
        var (system, text) = (entry.SystemId ?? "", PatternText.Of(entry));
        var level = ((int)entry.Level).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var id = StableHash.Of(system, level, entry.Category, entry.Event, text);
        lock (gate)
        {
            if (known.Contains(id) || counts.GetValueOrDefault(system) < maxPerSystem)
            {
                Know(id, system);
                return Pattern(id, entry.Category, entry.Event, text);
            }
        }
        return Pattern(StableHash.Of(system, level, null, null, Others), null, null, Others);

        StoredPattern Pattern(long id, string? category, string? @event, string text) =>
            new(id, system, entry.Level, category, @event, text, entry.Message.Length > ExampleLength ? entry.Message[..ExampleLength] : entry.Message, entry.At, entry.At);
    }

    void Know(long id, string system)
    {
        if (known.Add(id))
            counts[system] = counts.GetValueOrDefault(system) + 1;
    }
}
