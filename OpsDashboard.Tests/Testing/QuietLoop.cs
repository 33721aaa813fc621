using System.Diagnostics;

namespace OpsDashboard.Tests.Testing;

/// <summary>
/// Runs asynchronous work on one thread and lets virtual time pass only when nothing is left to run: however slow the machine, time never overtakes
/// the work. What leaves the thread (a real database, the thread pool) says so by <c>isAway</c>, and is waited for in real time.
/// </summary>
sealed class QuietLoop : SynchronizationContext
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    readonly Lock gate = new();
    readonly Queue<(SendOrPostCallback Call, object? State)> waiting = new();
    readonly SemaphoreSlim came = new(0);

    /// <param name="pass">Lets a little time pass.</param>
    /// <returns>The work, which has ended.</returns>
    public static Task Run(Func<Task> work, Action pass, Func<bool> isAway)
    {
        var (loop, before) = (new QuietLoop(), Current);
        SetSynchronizationContext(loop);
        try
        {
            var task = work();
            while (!task.IsCompleted)
            {
                if (loop.Take() is var (call, state))
                    call(state);
                else if (isAway())
                    loop.Await(isAway);
                else
                    pass();
            }
            return task;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
            waiting.Enqueue((d, state));
        came.Release();
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for this thread.");

    public override SynchronizationContext CreateCopy() => this;

    (SendOrPostCallback Call, object? State)? Take()
    {
        lock (gate)
            return waiting.TryDequeue(out var next) ? next : null;
    }

    void Await(Func<bool> isAway)
    {
        var since = Stopwatch.GetTimestamp();
        while (isAway() && !came.Wait(Look))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience.Limit)
                throw new TimeoutException("What left the thread did not come back.");
        }
    }
}
