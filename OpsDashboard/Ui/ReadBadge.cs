using OpsDashboard.Audit;
using OpsDashboard.Live;

namespace OpsDashboard.Ui;

/// <summary>A number in the menu that is read anew when a message of the bus says that it may be another. Thread-safe.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="T">What is counted.</typeparam>
/// <param name="isAway">Whether a read failed because the database is away: the number stays as it was then.</param>
public abstract class ReadBadge<TMessage, T>(LiveBus bus, Func<Exception, bool> isAway) : IMenuBadge, IDisposable where TMessage : notnull
{
    readonly Lock gate = new();
    IReadOnlyList<T> counted = [];
    IDisposable? following;
    Task reading = Task.CompletedTask;
    bool isStale;
    Action? changed;

    public abstract string Url { get; }

    public abstract string Words { get; }

    public int Count(Actor actor) => counted.Count(one => MaySee(actor, one));

    public IDisposable Subscribe(Action changed)
    {
        lock (gate)
        {
            this.changed += changed;
            following ??= bus.Subscribe<TMessage>(_ => Read());
        }
        Read();
        return new Subscription(() =>
        {
            lock (gate)
                this.changed -= changed;
        });
    }

    public void Dispose()
    {
        following?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract bool MaySee(Actor actor, T one);

    /// <summary>Everything that is counted, of all systems.</summary>
    protected abstract Task<IReadOnlyList<T>> ReadAsync();

    void Read()
    {
        lock (gate)
        {
            // What changed during a read may not be in it.
            isStale = true;
            if (reading.IsCompleted)
                reading = ReadOnAsync();
        }
    }

    async Task ReadOnAsync()
    {
        await Task.Yield();
        while (TakeStale())
        {
            try
            {
                counted = await ReadAsync();
            }
            catch (Exception away) when (isAway(away))
            {
                // The next change reads again.
                continue;
            }
            changed?.Invoke();
        }
    }

    // Where nothing is stale the task ends; a change that comes in that moment begins another one.
    bool TakeStale()
    {
        lock (gate)
        {
            var wasStale = isStale;
            isStale = false;
            if (!wasStale)
                reading = Task.CompletedTask;
            return wasStale;
        }
    }

    sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
