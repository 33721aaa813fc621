using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>One run of a target's collector whose samples go nowhere.</summary>
sealed class TargetTrial(IEnumerable<ICollectorKind> kinds, TimeProvider clock) : ITargetTrial
{
    // A person waits; and a collector that does not heed its cancellation must not hold the page.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    public async Task<TrialOutcome> TryAsync(Actor actor, Target target, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        var kind = kinds.First(kind => kind.Kind == target.Kind);
        var kept = new TrialSamples();
        var began = clock.GetTimestamp();
        var collector = kind.Create(target);
        var run = new CollectRun(target, kept, clock);
        run.Begin(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var outcome = await CollectAsync(collector, run, target.Timeout < Longest ? target.Timeout : Longest, stop);
        var series = outcome.Failure == CollectFailure.None || run.Samples.Length > 0 ? kept.Read(run.Samples) : [];
        return new(outcome.Failure == CollectFailure.None ? null : outcome.Failure.ToString(), outcome.Reason, clock.GetElapsedTime(began), series.Count, [.. series.Take(ITargetTrial.MaxSeries)]);
    }

    async Task<CollectOutcome> CollectAsync(ICollector collector, CollectRun run, TimeSpan timeout, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var deadline = clock.CreateTimer(_ => limit.Cancel(), null, timeout, Timeout.InfiniteTimeSpan);
        var collecting = Task.Run(async () => await collector.CollectAsync(run, limit.Token), CancellationToken.None);
        try
        {
            return await collecting.WaitAsync(Longest + TimeSpan.FromSeconds(1), clock, stop);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return CollectOutcome.Failed(CollectFailure.TimedOut, $"No answer within {PrometheusDuration.Format(timeout)}.");
        }
        catch (SeriesLimitException error)
        {
            return CollectOutcome.Failed(CollectFailure.TooManySeries, error.Message);
        }
        finally
        {
            _ = collecting.ContinueWith(async _ => await collector.DisposeAsync(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Identities and descriptions of one run. A collector may still be writing when it is read after a time-out, hence the lock.</summary>
    sealed class TrialSamples : ISampleAppender
    {
        const int MaxSeries = 50_000;

        readonly Lock gate = new();
        readonly Dictionary<Labels, SeriesRef> series = [];
        readonly Dictionary<string, string> help = [];

        public IReadOnlyList<TrialSeries> Read(ReadOnlySpan<PendingSample> samples)
        {
            lock (gate)
            {
                var read = new List<TrialSeries>(samples.Length);
                foreach (var sample in samples)
                    read.Add(new(sample.Series.Labels.Metric, sample.Series.Labels.Without(Labels.NameLabel).ToString(), sample.Value, help.GetValueOrDefault(sample.Series.Labels.Metric, "")));
                return [.. read.OrderBy(each => each.Metric, StringComparer.Ordinal)];
            }
        }

        public SeriesRef Resolve(Labels labels)
        {
            lock (gate)
            {
                if (series.TryGetValue(labels, out var known))
                    return known;
                if (series.Count >= MaxSeries)
                    throw new SeriesLimitException($"The target has more than {MaxSeries:N0} series.");
                return series[labels] = new TrialRef(labels);
            }
        }

        public void Describe(MetricMetadata metadata)
        {
            lock (gate)
                help[metadata.Metric] = metadata.Help;
        }

        public AppendOutcome Append(ReadOnlySpan<PendingSample> batch) => new(batch.Length, 0, 0, 0);

        public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) => Task.FromResult(Append(batch.Span));

        sealed class TrialRef(Labels labels) : SeriesRef(labels)
        {
            public override bool IsEvicted => false;
        }
    }
}
