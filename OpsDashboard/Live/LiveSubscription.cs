namespace OpsDashboard.Live;

/// <summary>One viewer's place in one topic: how far it was sent. Holds no frames, so a slow viewer costs nothing but this.</summary>
sealed class LiveSubscription(LiveTopic topic, LiveViewer viewer) : IDisposable
{
    int dirty;

    /// <summary>Sequence of the last frame that was sent; guarded by the topic.</summary>
    internal long Sent;

    /// <summary>Which introduction was sent; guarded by the topic.</summary>
    internal long Introduced;

    public LiveTopic Topic => topic;

    /// <summary>Something is there to be sent.</summary>
    public void Mark()
    {
        if (Interlocked.Exchange(ref dirty, 1) == 0)
            viewer.Mark(this);
    }

    public void Collect(List<byte[]> frames)
    {
        Volatile.Write(ref dirty, 0);
        topic.Collect(this, frames);
    }

    public void Dispose() => topic.Leave(this);
}
