using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Intake;

/// <summary>What became of samples from outside.</summary>
/// <param name="InvalidLabels">Samples whose labels name no series.</param>
/// <param name="Histograms">Native histograms.</param>
sealed record IntakeOutcome(int Accepted, int Conflicting, int TooFarAhead, int TooOld, int InvalidLabels = 0, int Histograms = 0)
{
    public static readonly IntakeOutcome None = new(0, 0, 0, 0);

    public int Refused => Conflicting + TooFarAhead + TooOld + InvalidLabels + Histograms;

    public IntakeOutcome Plus(AppendOutcome more) => this with
    {
        Accepted = Accepted + more.Accepted,
        Conflicting = Conflicting + more.Conflicting,
        TooFarAhead = TooFarAhead + more.TooFarAhead,
        TooOld = TooOld + more.TooOld,
    };

    /// <summary>The counts in the words of Prometheus' errors.</summary>
    public string Sentence()
    {
        var reasons = new List<string>();
        Add(Conflicting, "duplicate sample for timestamp");
        Add(TooFarAhead, "out of bounds: more than 10 minutes ahead");
        Add(TooOld, "too old sample");
        Add(InvalidLabels, "invalid metric name or labels");
        Add(Histograms, "native histogram, not supported");
        return $"{Refused} of {Accepted + Refused} samples refused ({string.Join("; ", reasons)}), the others are stored";

        void Add(int count, string reason)
        {
            if (count > 0)
                reasons.Add($"{count} {reason}");
        }
    }
}

/// <summary>
/// Stores what senders push. Labels stay as the sender set them; who may write is asked for each system named in them, and a series without a
/// system wants a grant over all systems. Thread-safe.
/// </summary>
sealed class SampleIntake(ISampleAppender appender)
{
    const string SystemLabel = "system";

    /// <summary>Returns after the commit.</summary>
    /// <exception cref="AccessDeniedException">The actor may not write to one of the systems; nothing is stored.</exception>
    /// <exception cref="SeriesLimitException">The store holds as many series as it may; nothing is stored.</exception>
    public async Task<IntakeOutcome> StoreAsync(Actor actor, ReceivedBatch batch, CancellationToken stop)
    {
        Demand(actor, batch.Series.Select(series => series.Labels[SystemLabel]).ToHashSet());
        // A metric's description is one for all systems: who may write to some of them does not change what is known of it.
        var speaksForAll = actor.May(Permission.WriteSamples);
        foreach (var metadata in batch.Metadata)
        {
            if (speaksForAll)
                appender.Describe(metadata);
            else
                appender.Suggest(metadata);
        }
        var pending = new PendingSample[batch.SampleCount];
        var count = 0;
        foreach (var series in batch.Series)
        {
            var target = appender.Resolve(series.Labels);
            foreach (var sample in series.Samples)
                pending[count++] = new(target, sample.At, sample.Value);
        }
        var outcome = IntakeOutcome.None with { InvalidLabels = batch.InvalidLabels, Histograms = batch.Histograms };
        return count == 0 ? outcome : outcome.Plus(await appender.AppendDurableAsync(pending, stop));
    }

    /// <summary>Asks for every system; null stands for series that name none.</summary>
    /// <exception cref="AccessDeniedException">The actor may not write to one of them.</exception>
    public static void Demand(Actor actor, IReadOnlySet<string?> systems)
    {
        if (!actor.MayAnywhere(Permission.WriteSamples))
            actor.Demand(Permission.WriteSamples);
        foreach (var system in systems)
            actor.Demand(Permission.WriteSamples, string.IsNullOrEmpty(system) ? null : system);
    }
}
