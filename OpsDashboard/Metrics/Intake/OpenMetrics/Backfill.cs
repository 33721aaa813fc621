using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>What a back-fill brought.</summary>
sealed record BackfillReport(int Series, IntakeOutcome Outcome, long? From, long? To);

/// <summary>
/// Brings old samples in from an OpenMetrics file. The file is read twice: first to its end without storing anything, so that a malformed one
/// leaves no trace and the actor's right to every system in it is known; then in batches, each committed before the next. The first sample of a
/// system that the actor may not write to ends the reading. Thread-safe.
/// </summary>
sealed class Backfill(ISampleAppender appender, int maxSeries = 1_000_000)
{
    const int BatchSamples = 50_000;
    const string SystemLabel = "system";

    /// <param name="file">Must be seekable.</param>
    /// <exception cref="MalformedFileException">Nothing is stored.</exception>
    /// <exception cref="AccessDeniedException">Nothing is stored.</exception>
    public Task<BackfillReport> RunAsync(Stream file, Actor actor, CancellationToken stop) => RunAsync(file, () =>
    {
        file.Position = 0;
        return file;
    }, actor, null, stop);

    /// <param name="text">Read once.</param>
    /// <param name="again">The same text from its beginning.</param>
    /// <param name="system">The one system whose samples these are, where the sender said so.</param>
    /// <exception cref="MalformedFileException">Nothing is stored.</exception>
    /// <exception cref="InvalidInputException">A sample is of another system; nothing is stored.</exception>
    /// <exception cref="AccessDeniedException">Nothing is stored.</exception>
    public async Task<BackfillReport> RunAsync(Stream text, Func<Stream> again, Actor actor, string? system, CancellationToken stop)
    {
        SampleIntake.Demand(actor, system is null ? new HashSet<string?>() : new HashSet<string?> { system });
        var survey = new Survey(actor, system, maxSeries);
        await OpenMetricsFile.ReadAsync(text, survey, stop);
        var storing = new Storing(appender, actor.May(Permission.WriteSamples), stop);
        await OpenMetricsFile.ReadAsync(again(), storing, stop);
        await storing.FlushAsync();
        return new(survey.Series.Count, storing.Outcome, survey.From, survey.To);
    }

    /// <summary>Learns whose samples they are and of when.</summary>
    sealed class Survey(Actor actor, string? only, int maxSeries) : IOpenMetricsReceiver
    {
        readonly HashSet<string?> systems = [];

        public HashSet<ulong> Series { get; } = [];
        public long? From { get; private set; }
        public long? To { get; private set; }

        public ValueTask SampleAsync(Labels labels, long at, double value)
        {
            if (Series.Add(labels.Fingerprint))
                Check(labels[SystemLabel]);
            if (Series.Count > maxSeries)
                throw new SeriesLimitException($"The file has more than {maxSeries:N0} series; nothing of it was stored. Split it.");
            From = Math.Min(at, From ?? at);
            To = Math.Max(at, To ?? at);
            return ValueTask.CompletedTask;
        }

        public void Describe(string metric, MetricKind? kind, string? help, string? unit)
        {
        }

        void Check(string? system)
        {
            if (!systems.Add(system))
                return;
            if (only is not null && system != only)
                throw new InvalidInputException("system", $"is {only}, but there are samples {(string.IsNullOrEmpty(system) ? "without a system" : $"of {system}")}; nothing was stored.");
            SampleIntake.Demand(actor, new HashSet<string?> { system });
        }
    }

    /// <summary>Appends in batches.</summary>
    sealed class Storing(ISampleAppender appender, bool speaksForAll, CancellationToken stop) : IOpenMetricsReceiver
    {
        readonly PendingSample[] batch = new PendingSample[BatchSamples];
        readonly Dictionary<string, MetricMetadata> described = [];
        readonly HashSet<string> left = [];
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
            if (!speaksForAll && !described.ContainsKey(metric) && (left.Contains(metric) || !appender.Suggest(known)))
            {
                left.Add(metric);
                return;
            }
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
