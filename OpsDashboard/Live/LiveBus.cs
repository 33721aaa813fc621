using System.Collections.Concurrent;

namespace OpsDashboard.Live;

/// <summary>
/// Wake-ups inside the process: "something of this kind changed, read it again". Typed by the message; thread-safe; never the only copy of anything.
/// Publishing queues and returns. Each subscriber is called on the thread pool, one message at a time, in order; when it is slow its oldest messages fall out.
/// </summary>
public sealed class LiveBus(ILogger<LiveBus> log)
{
    /// <summary>Messages that wait for one subscriber; the oldest falls out beyond that.</summary>
    public const int Capacity = 256;

    readonly ConcurrentDictionary<Type, ConcurrentDictionary<Subscription, byte>> topics = new();

    public void Publish<T>(T message) where T : notnull
    {
        if (!topics.TryGetValue(typeof(T), out var subscriptions))
            return;
        foreach (var (subscription, _) in subscriptions)
            subscription.Enqueue(message);
    }

    /// <summary>Calls the observer for every message published from now on, until disposed. What it throws is logged and reaches nobody else.</summary>
    public IDisposable Subscribe<T>(Action<T> observer) where T : notnull
    {
        var subscriptions = topics.GetOrAdd(typeof(T), _ => new());
        var subscription = new Subscription(message => observer((T)message), gone => subscriptions.TryRemove(gone, out _), log);
        subscriptions[subscription] = 0;
        return subscription;
    }

    sealed class Subscription(Action<object> observer, Action<Subscription> remove, ILogger log) : IDisposable, IThreadPoolWorkItem
    {
        readonly ConcurrentQueue<object> waiting = new();
        int running;
        volatile bool disposed;
        bool faultSaid;

        public void Enqueue(object message)
        {
            if (disposed)
                return;
            waiting.Enqueue(message);
            while (waiting.Count > Capacity && waiting.TryDequeue(out _)) { }
            Schedule();
        }

        void Schedule()
        {
            if (Interlocked.CompareExchange(ref running, 1, 0) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            while (!disposed && waiting.TryDequeue(out var message))
                Deliver(message);
            Volatile.Write(ref running, 0);
            // A message may have come between the last look and the flag.
            if (!disposed && !waiting.IsEmpty)
                Schedule();
        }

        void Deliver(object message)
        {
            try
            {
                observer(message);
                faultSaid = false;
            }
            catch (Exception fault)
            {
                // The first of equal failures is logged, not each one.
                if (!faultSaid)
                    log.LogError(fault, "A subscriber of {Topic} failed", message.GetType().Name);
                faultSaid = true;
            }
        }

        public void Dispose()
        {
            disposed = true;
            remove(this);
            waiting.Clear();
        }
    }
}
