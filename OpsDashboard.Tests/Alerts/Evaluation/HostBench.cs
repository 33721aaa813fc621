using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts.Evaluation;

/// <summary>A replica's evaluation as the program runs it, in virtual time, over a database and samples that the test shares out.</summary>
sealed class HostBench : IAsyncDisposable
{
    readonly EvaluatorLease lease;
    readonly Inhibition inhibition;

    public HostBench(TestDatabase database, FakeTimeProvider clock, SharedSamples samples, RuleCatalogue catalogue)
    {
        Store = new(database.Contexts);
        Book = new(Store, new LiveBus(NullLogger<LiveBus>.Instance), new NoReplicas(), clock, NullLogger<AlertBook>.Instance);
        lease = new(database.Options);
        inhibition = new(catalogue, Book);
        Host = new(catalogue, Book, Store, lease, new(new PromQlEngine(samples, clock), samples, samples, new(clock), clock, inhibition, new("https://ops.example.com"), catalogue), NullLogger<RuleHost>.Instance);
    }

    public AlertStore Store { get; }

    public AlertBook Book { get; }

    public RuleHost Host { get; }

    /// <summary>The only open alert of that name, or null.</summary>
    public Alert? Find(string name) => Book.Current.SingleOrDefault(alert => alert.Name == name && alert.IsOpen);

    /// <summary>Lets virtual time pass in small steps until something holds; returns how much did.</summary>
    public static Task<TimeSpan> UntilAsync(FakeTimeProvider clock, Func<bool> condition, string what) => UntilAsync(clock, () => Task.FromResult(condition()), what);

    public static async Task<TimeSpan> UntilAsync(FakeTimeProvider clock, Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(3));
        var step = TimeSpan.FromMilliseconds(20);
        var passed = TimeSpan.Zero;
        for (; !await condition(); passed += step)
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Not seen: {what}.");
            clock.Advance(step);
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
        return passed;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync(default);
        Host.Dispose();
        inhibition.Dispose();
        await lease.DisposeAsync();
    }
}

/// <summary>Samples that several threads read and write, with followers. Thread-safe.</summary>
sealed class SharedSamples : ISampleQuery, ISampleAppender
{
    readonly Lock gate = new();
    readonly ScratchSamples samples = new();
    readonly List<(IReadOnlyList<LabelMatcher> Matchers, Action Observer)> followers = [];

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => samples.Metadata;

    public void Add(string metric, DateTimeOffset at, double value, params (string, string)[] labels)
    {
        var series = Resolve(Labels.Of(metric, labels));
        Append([new(series, at.ToUnixTimeMilliseconds(), value)]);
    }

    public SeriesRef Resolve(Labels labels)
    {
        lock (gate)
            return samples.Resolve(labels);
    }

    public void Describe(MetricMetadata metadata) { }

    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch)
    {
        Action[] told;
        lock (gate)
        {
            samples.Append(batch);
            var touched = batch.ToArray().Select(sample => sample.Series.Labels).ToArray();
            told = [.. followers.Where(follower => touched.Any(labels => follower.Matchers.All(matcher => matcher.Matches(labels)))).Select(follower => follower.Observer)];
        }
        foreach (var observer in told)
            observer();
        return new(batch.Length, 0, 0, 0);
    }

    public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) => Task.FromResult(Append(batch.Span));

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop)
    {
        lock (gate)
            return samples.SelectAsync(matchers, from, to, options, stop);
    }

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop)
    {
        lock (gate)
            return samples.SeriesAsync(matchers, from, to, stop);
    }

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer)
    {
        lock (gate)
            followers.Add((matchers, observer));
        return new MemoryStream();
    }
}

/// <summary>A catalogue of one system with the rules that the test gives it.</summary>
sealed class RuleCatalogue : ICatalogue
{
    public CatalogueSnapshot Current { get; private set; } = CatalogueSnapshot.Empty;

    public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => new MemoryStream();

    public RuleCatalogue Put(params RuleGroup[] groups)
    {
        var system = new MonitoredSystem
        {
            Id = "shop",
            Name = "Shop",
            Short = "SH",
            Components = [new("api", "API", "api", ["database"]), new("database", "Database", "database", []), new("web", "Web", "web", [])],
            Targets = [],
            Documents = new Dictionary<Type, object> { [typeof(RuleDocument)] = new RuleDocument(groups) },
        };
        Current = new(Current.Revision + 1, "", "test", [system], []);
        return this;
    }
}
