namespace OpsDashboard.Live.Replicas;

/// <summary>
/// Wake-ups between replicas. Only speed depends on it: a message may be lost, late or doubled, and after a gap every observer is called.
/// Thread-safe.
/// </summary>
public interface IReplicaChannel
{
    /// <summary>False while no Redis is configured or it does not answer: replicas then find each other's changes by looking.</summary>
    bool IsUp { get; }

    /// <summary>Tells the other replicas that something of the topic changed. Never blocks; what is published in one moment leaves as one message.</summary>
    void Publish(string topic);

    /// <summary>Calls the observer when another replica published the topic, until disposed. It returns at once and does not throw.</summary>
    IDisposable Subscribe(string topic, Action observer);
}

/// <summary>One process alone: nobody to tell.</summary>
sealed class NoReplicas : IReplicaChannel
{
    public bool IsUp => false;

    public void Publish(string topic) { }

    public IDisposable Subscribe(string topic, Action observer) => Nothing.Instance;

    sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose() { }
    }
}
