using System.Buffers.Text;

namespace OpsDashboard.Live;

/// <summary>
/// Frames of one followed thing, encoded once and shared by all its viewers. Keeps the newest frame, for streams the last <see cref="Kept"/>.
/// Thread-safe. A frame on the wire is a JSON array <c>[id,sequence,…body]</c>; see js/parts/live.js for the bodies.
/// </summary>
public sealed class LiveTopic
{
    /// <summary>Frames of a stream that a viewer may lag behind before it gets a gap mark.</summary>
    public const int Kept = 64;

    static int lastId;

    readonly Lock gate = new();
    readonly byte[]?[] ring;
    readonly Action<int> viewersChanged;
    LiveSubscription[] viewers = [];
    byte[]? head;
    long headSequence;
    long sequence;

    /// <param name="viewersChanged">Called with the number of viewers whenever it changes, outside of locks.</param>
    public LiveTopic(LiveMode mode, Action<int> viewersChanged)
    {
        Mode = mode;
        ring = new byte[mode == LiveMode.Tile ? 1 : Kept][];
        this.viewersChanged = viewersChanged;
    }

    public int Id { get; } = Interlocked.Increment(ref lastId);

    public LiveMode Mode { get; }

    /// <summary>Publishes a frame. The body is JSON without brackets, e.g. <c>1763792000000,42</c>.</summary>
    public void Publish(ReadOnlySpan<byte> body)
    {
        LiveSubscription[] wake;
        lock (gate)
        {
            sequence++;
            ring[sequence % ring.Length] = Frame(sequence, body);
            wake = viewers;
        }
        foreach (var viewer in wake)
            viewer.Mark();
    }

    /// <summary>Replaces what every viewer must know before it can read a frame, e.g. the labels of the series; sent before the next frame.</summary>
    public void Introduce(ReadOnlySpan<byte> body)
    {
        lock (gate)
            (head, headSequence) = (Frame(sequence, body), headSequence + 1);
    }

    internal LiveSubscription Join(LiveViewer viewer)
    {
        var subscription = new LiveSubscription(this, viewer);
        int count;
        lock (gate)
        {
            // A new viewer begins with the newest frame; what was before comes from history.
            subscription.Sent = Math.Max(0, sequence - 1);
            viewers = [.. viewers, subscription];
            count = viewers.Length;
        }
        viewersChanged(count);
        subscription.Mark();
        return subscription;
    }

    internal void Leave(LiveSubscription subscription)
    {
        int count;
        lock (gate)
        {
            viewers = [.. viewers.Where(viewer => viewer != subscription)];
            count = viewers.Length;
        }
        viewersChanged(count);
    }

    /// <summary>Adds what the subscription has not got yet, each frame with a comma before it, and moves its sequence on.</summary>
    internal void Collect(LiveSubscription subscription, List<byte[]> frames)
    {
        lock (gate)
        {
            if (sequence == 0)
                return;
            if (head is not null && subscription.Introduced != headSequence)
            {
                frames.Add(head);
                subscription.Introduced = headSequence;
            }
            var oldest = Math.Max(1, sequence - ring.Length + 1);
            var next = subscription.Sent + 1;
            if (next < oldest)
            {
                if (Mode == LiveMode.Stream)
                    frames.Add(Frame(oldest - 1, "\"g\""u8));
                next = oldest;
            }
            for (; next <= sequence; next++)
                frames.Add(ring[next % ring.Length]!);
            subscription.Sent = sequence;
        }
    }

    byte[] Frame(long number, ReadOnlySpan<byte> body)
    {
        Span<byte> start = stackalloc byte[36];
        var length = 0;
        start[length++] = (byte)'[';
        Utf8Formatter.TryFormat(Id, start[length..], out var written);
        length += written;
        start[length++] = (byte)',';
        Utf8Formatter.TryFormat(number, start[length..], out written);
        length += written;
        start[length++] = (byte)',';
        return [.. start[..length], .. body, (byte)']'];
    }
}
