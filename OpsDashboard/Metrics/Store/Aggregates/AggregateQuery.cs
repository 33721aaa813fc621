using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>Aggregates out of tiers where they are complete, out of samples where they are not yet. Thread-safe.</summary>
sealed class AggregateQuery(Head head, SampleReader samples, AggregateReader stored, TierChoice tiers, Func<long> rolled)
{
    /// <summary>For the increase of the first span: samples shortly before it.</summary>
    const long Before = 10 * Tiers.Minute;

    public async ValueTask<AggregateSelection> AggregateAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, long step, CancellationToken stop)
    {
        if (step < Tiers.Minute || step % Tiers.Minute != 0)
            throw new ArgumentOutOfRangeException(nameof(step), step, "The step must be a multiple of 60000 ms.");
        var start = Tiers.Floor(from, step);
        var end = Tiers.Floor(to, step) + step;
        var problems = head.Counters.ProblemCount;
        var series = head.Index.Select(matchers);
        var spans = series.ToDictionary(one => one.Labels, _ => new List<Aggregate>());
        var next = start;
        foreach (var part in Parts(start, end, step))
        {
            var found = await stored.ReadAsync([.. series.Select(one => one.StoredId).Where(id => id != 0)], part.Tier, part.From, part.To, stop);
            foreach (var one in series)
                spans[one.Labels].AddRange(found.GetValueOrDefault(one.StoredId) ?? []);
            next = part.To;
        }
        if (next < end)
            await AddRawAsync(matchers, spans, next, end, stop);
        var warnings = head.Counters.ProblemCount == problems ? Array.Empty<string>() : ["Something stored is damaged and was left out; see the sample store's problems."];
        return new([.. spans.Where(pair => pair.Value.Count > 0).Select(pair => new AggregatedSeries(pair.Key, Aggregator.Coarser(pair.Value, step)))], warnings);
    }

    async Task AddRawAsync(IReadOnlyList<LabelMatcher> matchers, Dictionary<Labels, List<Aggregate>> spans, long from, long to, CancellationToken stop)
    {
        var raw = await samples.SelectAsync(matchers, from - Before, to - 1, SelectOptions.Raw, stop);
        foreach (var one in raw.Series)
        {
            var fine = Aggregator.Of(SampleBuffer.Of(one), from, to, Tiers.Minute, Aggregator.IsCounter(one.Labels.Metric, head.Metadata));
            if (spans.TryGetValue(one.Labels, out var list))
                list.AddRange(fine);
        }
    }

    /// <summary>Whole hours where the step allows it or nothing finer is left, else minutes.</summary>
    List<TierPart> Parts(long from, long to, long step)
    {
        var parts = new List<TierPart>();
        var complete = Math.Min(rolled(), to);
        var hoursEnd = Math.Min(complete, step % Tiers.Hour == 0 ? Tiers.Floor(complete, Tiers.Hour) : Tiers.Floor(tiers.MinuteHorizon, Tiers.Hour) + Tiers.Hour);
        if (from < hoursEnd)
            parts.Add(new(Tier.Hour, from, hoursEnd));
        var minutesStart = Math.Max(from, hoursEnd);
        if (minutesStart < complete)
            parts.Add(new(Tier.Minute, minutesStart, complete));
        return parts;
    }
}
