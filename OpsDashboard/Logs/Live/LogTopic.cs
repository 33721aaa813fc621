using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsDashboard.Live;
using OpsDashboard.Logs.Search;

namespace OpsDashboard.Logs.Live;

/// <summary>
/// The newest lines of one filter, in frames at most every <see cref="Pace"/>. What does not fit into a frame is left out; the count in each frame
/// goes over all matching lines, so that a viewer knows how many it did not get, whatever the reason.
/// </summary>
sealed class LogTopic : ILiveFeed
{
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Lines in one frame, and letters of a line.</summary>
    public const int MostLines = 100, MostText = 1000;

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly Lock gate = new();
    readonly Queue<LogEntry> waiting = new();
    readonly ArrayBufferWriter<byte> body = new(4096);
    readonly LineMatch match;
    readonly LogScope scope;
    readonly IDisposable[] followed;
    readonly ITimer timer;
    long count;
    bool isDue;

    /// <param name="scope">What its viewers may see.</param>
    public LogTopic(LineMatch match, LogScope scope, LiveBus bus, TimeProvider clock, Action<int> viewersChanged)
    {
        (this.match, this.scope) = (match, scope);
        Topic = new(LiveMode.Stream, viewersChanged);
        timer = clock.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        followed = [bus.Subscribe<LogsAppended>(lines => Take(lines.Entries)), bus.Subscribe<LogsOfReplicas>(lines => Take(lines.Entries))];
    }

    public LiveTopic Topic { get; }

    void Take(IReadOnlyList<LogEntry> entries)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (!scope.Holds(entry.SystemId) || !match.MatchesWhole(entry))
                    continue;
                count++;
                waiting.Enqueue(entry);
                if (waiting.Count > MostLines)
                    waiting.Dequeue();
            }
            if (waiting.Count == 0 || isDue)
                return;
            isDue = true;
        }
        timer.Change(Pace, Timeout.InfiniteTimeSpan);
    }

    void Flush()
    {
        byte[] frame;
        lock (gate)
        {
            isDue = false;
            body.ResetWrittenCount();
            body.Write("\"l\","u8);
            using (var json = new Utf8JsonWriter(body, Plain))
                json.WriteNumberValue(count);
            body.Write(","u8);
            using (var json = new Utf8JsonWriter(body, Plain))
                Write(json);
            waiting.Clear();
            frame = body.WrittenSpan.ToArray();
        }
        Topic.Publish(frame);
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var entry in waiting)
        {
            json.WriteStartArray();
            json.WriteStringValue(entry.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteNumberValue(entry.At.ToUnixTimeMilliseconds());
            json.WriteStringValue(entry.Level.ToString().ToLowerInvariant());
            json.WriteStringValue(entry.SystemId);
            json.WriteStringValue(entry.Component);
            json.WriteStringValue(entry.Event);
            json.WriteStringValue(entry.CorrelationId);
            json.WriteStringValue(Shortened(entry.Message));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    static string Shortened(string text) => text.Length <= MostText ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostText - 1]) ? MostText - 1 : MostText), "…");

    public void Dispose()
    {
        foreach (var subscription in followed)
            subscription.Dispose();
        timer.Dispose();
    }
}
