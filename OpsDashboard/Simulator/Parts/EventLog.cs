using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsDashboard.Simulator.Parts;

/// <summary>
/// The logs of a simulated system as its guide names them: <c>application.log</c>, <c>security.log</c> and <c>error.log</c> (what nothing recovered from)
/// as JSON lines in the format that LT's guide gives, <c>access.log</c> in the combined form. The newest JSON lines stay in memory besides.
/// Lines may be written by anyone; <see cref="FlushAsync"/> is for one caller at a time.
/// </summary>
sealed class EventLog(string folder)
{
    public const string Security = "security_event";

    const int MostLines = 500;

    readonly Lock gate = new();
    readonly Queue<string> recent = new();
    readonly RolledFile application = new(folder, "application.log"), security = new(folder, "security.log"), error = new(folder, "error.log"), access = new(folder, "access.log");

    public string Folder { get; } = folder;

    /// <param name="level">FATAL goes to <c>error.log</c>.</param>
    /// <param name="category"><see cref="Security"/> goes to <c>security.log</c>.</param>
    public void Write(DateTimeOffset at, string level, string category, string name, object details, string? room = null, string? correlation = null, string? component = null, string? message = null)
    {
        var line = JsonSerializer.Serialize(new
        {
            timestamp = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            level,
            correlation_id = correlation ?? NewCorrelation(at),
            category,
            @event = name,
            component,
            message,
            room_id = room,
            simulated = true,
            details,
        }, Json);
        (level == "FATAL" ? error : category == Security ? security : application).Add(line);
        lock (gate)
        {
            recent.Enqueue(line);
            if (recent.Count > MostLines)
                recent.Dequeue();
        }
    }

    /// <summary>What the web server in front writes of a request.</summary>
    public void Access(DateTimeOffset at, string ip, string? user, string method, string path, int status, double seconds) => access.Add(FormattableString.Invariant(
        $"{ip} - {user ?? "-"} [{at.UtcDateTime:dd/MMM/yyyy:HH:mm:ss} +0000] \"{method} {path} HTTP/1.1\" {status} {(status < 400 ? 1840 : 162)} \"-\" \"Mozilla/5.0 (SIMULATED)\" {seconds:0.000}"));

    /// <summary>An id under which everything about one request is written.</summary>
    public static string NewCorrelation(DateTimeOffset at)
    {
        var text = Guid.CreateVersion7(at).ToString("N");
        return $"{text[..12]}-{text[^6..]}";
    }

    /// <summary>The newest lines, oldest first.</summary>
    public IReadOnlyList<string> Tail(int count)
    {
        lock (gate)
            return [.. recent.Skip(Math.Max(0, recent.Count - count))];
    }

    /// <summary>The newest lines of a file; null: there is no such file.</summary>
    public IReadOnlyList<string>? File(string name) => name switch
    {
        "application.log" => application.Latest(),
        "security.log" => security.Latest(),
        "error.log" => error.Latest(),
        "access.log" => access.Latest(),
        _ => null,
    };

    public async Task FlushAsync(CancellationToken stop)
    {
        foreach (var file in new[] { application, security, error, access })
            await file.FlushAsync(stop);
    }

    static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
