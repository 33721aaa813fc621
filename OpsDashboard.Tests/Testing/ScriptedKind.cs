using System.Collections.Concurrent;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Tests.Testing;

/// <summary>A kind of collector that does what the test says; every run waits for nothing unless the script does.</summary>
public sealed class ScriptedKind(Func<CollectContext, CancellationToken, ValueTask<CollectOutcome>> script, string kind = "scripted") : ICollectorKind
{
    public string Kind => kind;

    public ConcurrentQueue<(string Target, long At)> Runs { get; } = [];

    // Loops end side by side.
    int created;
    int disposed;

    public int Created => created;

    public int Disposed => disposed;

    public object ReadOptions(YamlMap target) => new();

    public ICollector Create(Target target)
    {
        Interlocked.Increment(ref created);
        return new Collector(this, script);
    }

    sealed class Collector(ScriptedKind kind, Func<CollectContext, CancellationToken, ValueTask<CollectOutcome>> script) : ICollector
    {
        public ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
        {
            kind.Runs.Enqueue((context.Target.Instance, context.At));
            return script(context, stop);
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref kind.disposed);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A catalogue that holds what the test puts into it.</summary>
public sealed class FakeCatalogue : ICatalogue
{
    readonly List<Action<CatalogueSnapshot>> subscribers = [];

    public CatalogueSnapshot Current { get; private set; } = CatalogueSnapshot.Empty;

    public IDisposable Subscribe(Action<CatalogueSnapshot> changed)
    {
        subscribers.Add(changed);
        return new MemoryStream();
    }

    public void Put(params Target[] targets)
    {
        var systems = targets.GroupBy(target => target.SystemId).Select(group => new MonitoredSystem { Id = group.Key, Name = group.Key, Short = "X", Components = [], Targets = [.. group] });
        Current = new(Current.Revision + 1, "", "simulator", [.. systems], []);
        foreach (var subscriber in subscribers)
            subscriber(Current);
    }
}

/// <summary>An audit log that keeps its entries in memory.</summary>
public sealed class MemoryAudit : OpsDashboard.Audit.IAuditLog
{
    public ConcurrentQueue<OpsDashboard.Audit.AuditRecord> Records { get; } = [];

    public async Task CommitAsync(Microsoft.EntityFrameworkCore.DbContext changes, OpsDashboard.Audit.AuditRecord record, CancellationToken stop)
    {
        await changes.SaveChangesAsync(stop);
        Records.Enqueue(record);
    }

    public Task AppendAsync(OpsDashboard.Audit.AuditRecord record, CancellationToken stop)
    {
        Records.Enqueue(record);
        return Task.CompletedTask;
    }
}

/// <summary>Waits for what other threads do, with a deadline.</summary>
public static class Eventually
{
    public static async Task BecomesTrueAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Within {Patience.Limit.TotalSeconds} s it did not happen that {what}.");
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
