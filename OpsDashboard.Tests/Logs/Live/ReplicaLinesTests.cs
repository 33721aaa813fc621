using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Live;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Live;

/// <summary>Lines that another replica stored, in the live tails of this one: over a real PostgreSQL, as nowhere else are there replicas.</summary>
public sealed class ReplicaLinesTests
{
    [PostgresFact]
    public async Task Lines_OfAnotherReplica_AreTold_AndOwnOnesAreNot()
    {
        await using var logs = await LogFixture.CreateAsync(DatabaseKind.Postgres);
        await using var other = await logs.ReplicaAsync();
        using var told = new Told(logs);
        await other.AppendAsync(other.Line("before anybody follows"));
        await told.Replicas.LookAsync(default);
        Assert.Equal(0, logs.Database.Reads);
        await told.FollowAsync();
        await logs.AppendAsync(logs.Line("own"));
        await other.AppendAsync(other.Line("of the other replica"));
        await told.Replicas.LookAsync(default);
        await told.Replicas.LookAsync(default);
        Assert.Equal(["before anybody follows", "of the other replica"], (await told.OfReplicasAsync(1)).Order());
    }

    [PostgresFact]
    public async Task OwnLine_SeenInTheDatabaseBeforeItIsKnown_IsNotToldAsAnothers()
    {
        await using var logs = await LogFixture.CreateAsync(DatabaseKind.Postgres);
        await using var other = await logs.ReplicaAsync();
        using var told = new Told(logs);
        await told.FollowAsync();
        var answer = new TaskCompletionSource();
        logs.Database.AnswerGate = answer.Task;
        var appended = logs.AppendAsync(logs.Line("own"));
        await told.UntilAsync(async () => (await logs.FindAsync(new LogFilter())).Length == 1);
        // It is committed, and its store has not heard of that yet.
        var reads = logs.Database.Reads;
        var looking = told.Replicas.LookAsync(default);
        await told.UntilAsync(() => Task.FromResult(logs.Database.Reads > reads));
        answer.SetResult();
        await Task.WhenAll(appended, looking);
        await other.AppendAsync(other.Line("of the other replica"));
        await told.Replicas.LookAsync(default);
        Assert.Equal(["of the other replica"], await told.OfReplicasAsync(1));
    }

    sealed class Told : IDisposable
    {
        readonly LogFixture logs;
        readonly LogLiveSource source;
        readonly List<string[]> messages = [];
        readonly IDisposable subscription;

        public Told(LogFixture logs)
        {
            this.logs = logs;
            source = new(logs.Bus, new(), logs.Time);
            Replicas = new(logs.Query, source, logs.Store, logs.Known, logs.Bus, logs.Time, NullLogger<ReplicaLines>.Instance);
            subscription = logs.Bus.Subscribe<LogsOfReplicas>(lines =>
            {
                lock (messages)
                    messages.Add([.. lines.Entries.Select(entry => entry.Message)]);
            });
        }

        public ReplicaLines Replicas { get; }

        public async Task FollowAsync() => await source.OpenAsync(new("logs", "{}", LiveMode.Stream, 0), LogFixture.Everyone, default);

        /// <summary>All that was told, once there were so many messages.</summary>
        public async Task<string[]> OfReplicasAsync(int count)
        {
            await UntilAsync(() =>
            {
                lock (messages)
                    return Task.FromResult(messages.Count >= count);
            });
            lock (messages)
                return [.. messages.SelectMany(lines => lines)];
        }

        public async Task UntilAsync(Func<Task<bool>> condition)
        {
            using var limit = new CancellationTokenSource(Patience.Limit);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!await condition())
                await pause.WaitForNextTickAsync(limit.Token);
        }

        public void Dispose()
        {
            subscription.Dispose();
            source.Dispose();
            Replicas.Dispose();
        }
    }
}
