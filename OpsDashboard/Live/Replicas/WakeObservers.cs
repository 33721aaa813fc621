using System.Collections.Concurrent;

namespace OpsDashboard.Live.Replicas;

/// <summary>Who waits for which topic, and how far each sender's messages were seen.</summary>
sealed class WakeObservers
{
    /// <summary>Senders remembered; a replica that restarts is a new one.</summary>
    const int MostSenders = 1_000;

    readonly ConcurrentDictionary<string, ConcurrentDictionary<Observer, byte>> topics = new();
    readonly ConcurrentDictionary<string, long> seen = new();

    public IDisposable Add(string topic, Action called)
    {
        var observers = topics.GetOrAdd(topic, _ => new());
        var observer = new Observer(called, gone => observers.TryRemove(gone, out _));
        observers[observer] = 0;
        return observer;
    }

    /// <summary>Wakes whom the message concerns; everybody where messages of its sender are missing.</summary>
    public void Take(WakeMessage message)
    {
        if (seen.Count > MostSenders)
            seen.Clear();
        var missed = seen.TryGetValue(message.Sender, out var last) && message.Sequence > last + 1;
        seen[message.Sender] = message.Sequence;
        if (missed)
            WakeAll();
        else
        {
            foreach (var topic in message.Topics)
                Wake(topic);
        }
    }

    public void WakeAll()
    {
        foreach (var topic in topics.Keys)
            Wake(topic);
    }

    void Wake(string topic)
    {
        if (!topics.TryGetValue(topic, out var observers))
            return;
        foreach (var (observer, _) in observers)
            observer.Called();
    }

    sealed class Observer(Action called, Action<Observer> leave) : IDisposable
    {
        public Action Called => called;

        public void Dispose() => leave(this);
    }
}
