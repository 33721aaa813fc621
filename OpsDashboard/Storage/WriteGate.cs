namespace OpsDashboard.Storage;

/// <summary>
/// SQLite has one writer. Waiting here, in order and without a thread, replaces its busy loop, which sleeps on a pool thread.
/// Hold it around a transaction of your own; <see cref="OpsContext"/> takes it by itself when it saves without one. Thread-safe.
/// </summary>
public sealed class WriteGate : IDisposable
{
    readonly SemaphoreSlim semaphore = new(1, 1);

    public async ValueTask<IDisposable> EnterAsync(CancellationToken stop)
    {
        await semaphore.WaitAsync(stop);
        return new Permit(semaphore);
    }

    public void Dispose() => semaphore.Dispose();

    sealed class Permit(SemaphoreSlim semaphore) : IDisposable
    {
        int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                semaphore.Release();
        }
    }
}
