using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace OpsDashboard.Live;

/// <summary>The way to one browser tab: writes what its subscriptions have not sent yet, all in one message, and only when the last write got through.</summary>
/// <param name="write">Writes one whole message; completes when the connection took it.</param>
/// <param name="ready">Called when there is something to flush.</param>
/// <param name="most">Topics that the tab may follow.</param>
sealed class LiveViewer(Func<ReadOnlyMemory<byte>, ValueTask> write, Action<LiveViewer> ready, int most)
{
    static ReadOnlySpan<byte> Opening => "{\"type\":1,\"target\":\"f\",\"arguments\":[["u8;
    static ReadOnlySpan<byte> Closing => "]]}\u001e"u8;

    readonly ConcurrentDictionary<int, LiveSubscription> subscriptions = new();
    readonly ConcurrentQueue<LiveSubscription> marked = new();
    readonly List<byte[]> frames = [];
    readonly ArrayBufferWriter<byte> buffer = new(1024);
    int queued;
    int flushing;
    volatile bool closed;

    public LiveViewer(HubConnectionContext connection, Action<LiveViewer> ready, int most)
        : this(bytes => connection.WriteAsync(new SerializedHubMessage([new SerializedMessage("json", bytes)]), connection.ConnectionAborted), ready, most) { }

    /// <summary>Time stamp of the last write, for beats.</summary>
    public long WrittenAt { get; private set; }

    /// <exception cref="LiveRefusedException">The tab follows too much.</exception>
    public void Follow(LiveTopic topic)
    {
        if (subscriptions.ContainsKey(topic.Id))
            return;
        DemandRoom();
        subscriptions[topic.Id] = topic.Join(this);
    }

    /// <summary>Asked before a topic is made that the tab could not follow.</summary>
    /// <exception cref="LiveRefusedException">The tab follows as much as it may.</exception>
    public void DemandRoom()
    {
        if (subscriptions.Count >= most)
            throw new LiveRefusedException($"One tab may follow at most {most} expressions.");
    }

    public void Unfollow(int topicId)
    {
        if (subscriptions.TryRemove(topicId, out var subscription))
            subscription.Dispose();
    }

    public void Mark(LiveSubscription subscription)
    {
        marked.Enqueue(subscription);
        Queue();
    }

    void Queue()
    {
        if (!closed && Interlocked.Exchange(ref queued, 1) == 0)
            ready(this);
    }

    /// <summary>Writes what is due. While an earlier write is still on its way, nothing: its end queues the viewer again.</summary>
    public void Flush(long now)
    {
        Volatile.Write(ref queued, 0);
        if (closed || Interlocked.Exchange(ref flushing, 1) == 1)
            return;
        frames.Clear();
        while (marked.TryDequeue(out var subscription))
        {
            if (subscriptions.ContainsKey(subscription.Topic.Id))
                subscription.Collect(frames);
        }
        if (frames.Count == 0)
            Volatile.Write(ref flushing, 0);
        else
            _ = WriteAsync(now);
    }

    /// <summary>Tells a quiet viewer that the connection lives.</summary>
    public void Beat(byte[] beat, long now)
    {
        if (closed || Interlocked.Exchange(ref flushing, 1) == 1)
            return;
        frames.Clear();
        frames.Add(beat);
        _ = WriteAsync(now);
    }

    async Task WriteAsync(long now)
    {
        WrittenAt = now;
        buffer.ResetWrittenCount();
        buffer.Write(Opening);
        for (var i = 0; i < frames.Count; i++)
        {
            if (i > 0)
                buffer.Write(","u8);
            buffer.Write(frames[i]);
        }
        buffer.Write(Closing);
        try
        {
            await write(buffer.WrittenMemory);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The browser went away; its disconnection closes the viewer.
            closed = true;
        }
        Volatile.Write(ref flushing, 0);
        if (!marked.IsEmpty)
            Queue();
    }

    public void Close()
    {
        closed = true;
        foreach (var id in subscriptions.Keys)
            Unfollow(id);
        marked.Clear();
    }
}
