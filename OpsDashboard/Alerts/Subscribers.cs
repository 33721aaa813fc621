namespace OpsDashboard.Alerts;

/// <summary>Callbacks that outlive nobody and do not disturb each other. Thread-safe.</summary>
sealed class Subscribers
{
    readonly Lock gate = new();
    readonly List<Action> callbacks = [];

    public IDisposable Add(Action callback)
    {
        lock (gate)
            callbacks.Add(callback);
        return new Subscription(this, callback);
    }

    public void Call(ILogger log)
    {
        Action[] now;
        lock (gate)
            now = [.. callbacks];
        foreach (var callback in now)
        {
            try
            {
                callback();
            }
            catch (Exception error)
            {
                log.LogError(error, "A subscriber failed; the others were called");
            }
        }
    }

    sealed class Subscription(Subscribers owner, Action callback) : IDisposable
    {
        public void Dispose()
        {
            lock (owner.gate)
                owner.callbacks.Remove(callback);
        }
    }
}
