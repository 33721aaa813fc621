using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>What a back-fill brought.</summary>
sealed record BackfillReport(int Series, IntakeOutcome Outcome, long? From, long? To);

/// <summary>
/// Brings old samples in from an OpenMetrics file. The file is read twice: first to its end without storing anything, so that a malformed one
/// leaves no trace and the actor's right to every system in it is known; then in batches, each committed before the next. Thread-safe.
/// </summary>
sealed class Backfill(ISampleAppender appender, int maxSeries = 1_000_000)
{
    const int BatchSamples = 50_000;
    const string SystemLabel = "system";

    /// <param name="file">Must be seekable.</param>
    /// <exception cref="MalformedFileException">Nothing is stored.</exception>
    /// <exception cref="Access.AccessDeniedException">Nothing is stored.</exception>
    public async Task<BackfillReport> RunAsync(Stream file, Actor actor, CancellationToken stop)
    {
        var survey = new Survey(maxSeries);
        await OpenMetricsFile.ReadAsync(file, survey, stop);
        SampleIntake.Demand(actor, survey.Systems);
        file.Position = 0;
        var storing = new Storing(appender, stop);
        await OpenMetricsFile.ReadAsync(file, storing, stop);
        await storing.FlushAsync();
        return new(survey.Series.Count, storing.Outcome, survey.From, survey.To);
    }

    /// <summary>Learns whose samples they are and of when.</summary>
    sealed class Survey(int maxSeries) : IOpenMetricsReceiver
    {
        public HashSet<string?> Systems { get; } = [];
        public HashSet<ulong> Series { get; } = [];
        public long? From { get; private set; }
        public long? To { get; private set; }

        public ValueTask SampleAsync(Labels labels, long at, double value)
        {
            if (Series.Add(labels.Fingerprint))
                Systems.Add(labels[SystemLabel]);
            if (Series.Count > maxSeries)
                throw new SeriesLimitException($"The file has more than {maxSeries:N0} series; nothing of it was stored. Split it.");
            From = Math.Min(at, From ?? at);
            To = Math.Max(at, To ?? at);
            return ValueTask.CompletedTask;
        }

        public void Describe(string metric, MetricKind? kind, string? help, string? unit)
        {
        }
    }

    /// <summary>Appends in batches.</summary>
    sealed class Storing(ISampleAppender appender, CancellationToken stop) : IOpenMetricsReceiver
    {
        readonly PendingSample[] batch = new PendingSample[BatchSamples];
        readonly Dictionary<string, MetricMetadata> described = [];
        SeriesRef? last;
        int count;

        public IntakeOutcome Outcome { get; private set; } = IntakeOutcome.None;

        public async ValueTask SampleAsync(Labels labels, long at, double value)
        {
            if (last is null || last.IsEvicted || !ReferenceEquals(last.Labels, labels))
                last = appender.Resolve(labels);
            batch[count++] = new(last, at, value);
            if (count == batch.Length)
                await FlushAsync();
        }

        public void Describe(string metric, MetricKind? kind, string? help, string? unit)
        {
            var known = described.GetValueOrDefault(metric) ?? new(metric, MetricKind.Unknown);
            known = known with { Kind = kind ?? known.Kind, Help = help ?? known.Help, Unit = unit ?? known.Unit };
            described[metric] = known;
            appender.Describe(known);
        }

        public async Task FlushAsync()
        {
            if (count > 0)
                Outcome = Outcome.Plus(await appender.AppendDurableAsync(batch.AsMemory(0, count), stop));
            count = 0;
            last = null;
        }
    }
}
