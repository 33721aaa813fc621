using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Output;

/// <summary>What a run prints, as browsers follow it: <c>["l", count, [[number, ms, step, isError, text]…]]</c>. The viewers of a run share one topic.</summary>
sealed class RunLiveSource(RunStore store, LiveBus bus, TimeProvider clock) : ILiveSource, IDisposable
{
    /// <summary>Lines in one frame; the count tells how many were left out.</summary>
    const int MostLines = 500;

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<Guid, Entry> topics = new();
    IDisposable? printed;

    public string Name => "runs";

    /// <summary>The runs that somebody follows here, each with the number of the last line that was told.</summary>
    public IReadOnlyDictionary<Guid, long> Followed => topics.Where(pair => pair.Value.HasViewers).ToDictionary(pair => pair.Key, pair => pair.Value.Told);

    public async ValueTask<LiveTopic> OpenAsync(LiveRequest request, Actor actor, CancellationToken stop)
    {
        if (request.Mode != LiveMode.Stream || !Guid.TryParse(request.What, out var id))
            throw new LiveRefusedException("Give a run's id, and follow it as a stream.");
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            actor.Demand(Permission.ReadRunbooks);
        // What the actor may not read is not there.
        if (await store.FindAsync(id, stop) is not { } run || !actor.May(Permission.ReadRunbooks, run.SystemId))
            throw new LiveRefusedException("There is no such run.");
        printed ??= bus.Subscribe<RunPrinted>(Publish);
        Sweep();
        var entry = topics.GetOrAdd(id, _ => new(clock));
        entry.Touch();
        return entry.Topic;
    }

    public void Dispose() => printed?.Dispose();

    void Publish(RunPrinted news)
    {
        // What another replica printed may be found in the moment in which it is told here too.
        if (!topics.TryGetValue(news.RunId, out var entry) || !entry.Tell(news.Lines[^1].Number))
            return;
        var body = new ArrayBufferWriter<byte>(4096);
        body.Write("\"l\","u8);
        using (var json = new Utf8JsonWriter(body, Plain))
            json.WriteNumberValue(news.Lines[^1].Number);
        body.Write(","u8);
        using (var json = new Utf8JsonWriter(body, Plain))
            Write(json, news.Lines.Skip(news.Lines.Count - MostLines));
        entry.Topic.Publish(body.WrittenSpan);
    }

    // What nobody follows any more is forgotten when the next one begins.
    void Sweep()
    {
        foreach (var (id, entry) in topics)
        {
            if (entry.IsLeft(Grace))
                topics.TryRemove(id, out _);
        }
    }

    static void Write(Utf8JsonWriter json, IEnumerable<OutputLine> lines)
    {
        json.WriteStartArray();
        foreach (var line in lines)
        {
            json.WriteStartArray();
            json.WriteNumberValue(line.Number);
            json.WriteNumberValue(line.At.ToUnixTimeMilliseconds());
            json.WriteStringValue(line.Step);
            json.WriteBooleanValue(line.IsError);
            json.WriteStringValue(line.Text);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    sealed class Entry
    {
        readonly TimeProvider clock;
        int viewers;
        long leftAt, told;

        public Entry(TimeProvider clock)
        {
            this.clock = clock;
            Topic = new(LiveMode.Stream, count =>
            {
                Volatile.Write(ref viewers, count);
                Touch();
            });
        }

        public LiveTopic Topic { get; }

        public bool HasViewers => Volatile.Read(ref viewers) > 0;

        public long Told => Volatile.Read(ref told);

        /// <returns>False: it was told already.</returns>
        public bool Tell(long number)
        {
            for (var before = Told; before < number; before = Told)
            {
                if (Interlocked.CompareExchange(ref told, number, before) == before)
                    return true;
            }
            return false;
        }

        public void Touch() => Volatile.Write(ref leftAt, clock.GetTimestamp());

        public bool IsLeft(TimeSpan grace) => !HasViewers && clock.GetElapsedTime(Volatile.Read(ref leftAt)) > grace;
    }
}
