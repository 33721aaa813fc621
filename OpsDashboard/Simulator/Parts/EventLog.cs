using System.Text.Json;

namespace OpsDashboard.Simulator.Parts;

/// <summary>
/// The log of a simulated system: JSON lines in the format that LT's guide gives, the newest in memory, all in a file that is rolled
/// at 4 MiB (one old file is kept). <see cref="Write"/> may be called by anyone; <see cref="FlushAsync"/> by one caller at a time.
/// </summary>
sealed class EventLog(string folder)
{
    const int MostLines = 500;
    const long MostBytes = 4 * 1024 * 1024;

    readonly Lock gate = new();
    readonly Queue<string> recent = new();
    readonly List<string> unwritten = [];

    public string File { get; } = Path.Combine(folder, "application.log");

    public void Write(DateTimeOffset at, string level, string category, string name, object details, string? room = null, string? correlation = null)
    {
        var line = JsonSerializer.Serialize(new
        {
            timestamp = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            level,
            correlation_id = correlation ?? Guid.CreateVersion7(at).ToString("N")[..13],
            category,
            @event = name,
            room_id = room,
            simulated = true,
            details,
        }, Json);
        lock (gate)
        {
            recent.Enqueue(line);
            if (recent.Count > MostLines)
                recent.Dequeue();
            if (unwritten.Count < MostLines)
                unwritten.Add(line);
        }
    }

    /// <summary>The newest lines, oldest first.</summary>
    public IReadOnlyList<string> Tail(int count)
    {
        lock (gate)
            return [.. recent.Skip(Math.Max(0, recent.Count - count))];
    }

    public async Task FlushAsync(CancellationToken stop)
    {
        string[] lines;
        lock (gate)
        {
            lines = [.. unwritten];
            unwritten.Clear();
        }
        if (lines.Length == 0)
            return;
        Directory.CreateDirectory(folder);
        var file = new FileInfo(File);
        if (file.Exists && file.Length > MostBytes)
            file.MoveTo(File + ".1", overwrite: true);
        await System.IO.File.AppendAllLinesAsync(File, lines, stop);
    }

    static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
