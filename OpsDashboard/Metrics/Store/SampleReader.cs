using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Puts together what memory, late samples and chunks have of a series. Thread-safe.</summary>
sealed class SampleReader(Head head, ISampleDatabase database, TierChoice tiers)
{
    readonly AggregateReader aggregates = new(head, database);

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop)
    {
        var series = head.Index.Select(matchers);
        if (options.LatestOnly && Latest(series, from, to) is { } latest)
            return new(latest);
        var size = 0L;
        foreach (var one in series)
            size += one.CountAtMost(from, to);
        Limit(size, options);
        var inMemory = series.ConvertAll(one => one.Read(from, to));
        // Read after the head: what a seal took out of it meanwhile lies before this cut, and is in the database.
        if (from > head.Index.Cut)
            return new(ToSelection(series, inMemory, []));
        var parts = options.RawOnly || options.Step == 0 ? [] : tiers.Parts(from, to, options.Step);
        return parts.Count == 0
            ? WithStoredAsync(series, inMemory, from, to, options, stop)
            : WithTiersAsync(series, parts, to, options, stop);
    }

    /// <summary>The last sample of each series, where memory can tell it without decoding; else null.</summary>
    Selection? Latest(List<HeadSeries> series, long from, long to)
    {
        var found = new List<SelectedSeries>(series.Count);
        foreach (var one in series)
        {
            if (!one.TryLatest(to, out var at, out var value))
                return null;
            if (at >= from)
                found.Add(new(one.Labels, [at], [value]));
        }
        // As in SelectAsync: what a seal took out of memory meanwhile lies before this cut.
        return from > head.Index.Cut ? new(found, []) : null;
    }

    async ValueTask<Selection> WithTiersAsync(List<HeadSeries> series, List<TierPart> parts, long to, SelectOptions options, CancellationToken stop)
    {
        var samples = series.ConvertAll(_ => new SampleBuffer());
        var warnings = new List<string>();
        foreach (var part in parts)
        {
            var stored = await aggregates.ReadAsync([.. series.Select(one => one.StoredId).Where(id => id != 0)], part.Tier, part.From, part.To, stop);
            for (var i = 0; i < series.Count; i++)
            {
                foreach (var span in stored.GetValueOrDefault(series[i].StoredId) ?? [])
                    samples[i].Add(span.LastAt, span.Last);
            }
            Limit(samples.Sum(buffer => (long)buffer.Count), options);
            warnings.Add($"{Stamp(part.From)} to {Stamp(part.To)}: the last value of each {(part.Tier == Tier.Minute ? "minute" : "hour")} stands for its samples.");
        }
        var from = parts[^1].To;
        if (from <= to)
        {
            var raw = await WithStoredAsync(series, series.ConvertAll(one => one.Read(from, to)), from, to, options, stop);
            var byLabels = raw.Series.ToDictionary(one => one.Labels);
            for (var i = 0; i < series.Count; i++)
            {
                if (byLabels.TryGetValue(series[i].Labels, out var rest))
                    samples[i].Add(rest.Times, rest.Values);
            }
            warnings.AddRange(raw.Warnings);
        }
        return ToSelection(series, samples, warnings) with { Coarse = parts.ConvertAll(part => new CoarseSpan(part.From, part.To, Tiers.Step(part.Tier))) };
    }

    static string Stamp(long at) => ChunkMerge.Stamp(at);

    public async ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop)
    {
        var series = head.Index.Select(matchers);
        var found = series.Where(one => one.CountAtMost(from, to) > 0).ToHashSet();
        if (from <= head.Index.Cut)
        {
            found.UnionWith(series.Where(one => head.Late.Read(one.Ordinal, from, to).Count > 0));
            var stored = await database.SeriesWithChunksAsync([.. series.Where(one => one.StoredId != 0 && !found.Contains(one)).Select(one => one.StoredId)], from, to, stop);
            found.UnionWith(series.Where(one => stored.Contains(one.StoredId)));
        }
        return [.. found.Select(one => one.Labels)];
    }

    async ValueTask<Selection> WithStoredAsync(List<HeadSeries> series, List<SampleBuffer> inMemory, long from, long to, SelectOptions options, CancellationToken stop)
    {
        // Before the chunks: a late sample that is stored meanwhile is then seen twice rather than not at all.
        for (var i = 0; i < series.Count; i++)
            inMemory[i] = SampleBuffer.Merge(inMemory[i], head.Late.Read(series[i].Ordinal, from, to));
        var problems = head.Counters.ProblemCount;
        var stored = await ReadAsync([.. series.Select(one => one.StoredId).Where(id => id != 0)], Tier.Raw, from, to, options, stop);
        for (var i = 0; i < series.Count; i++)
        {
            if (stored.TryGetValue(series[i].StoredId, out var samples))
                inMemory[i] = SampleBuffer.Merge(samples, inMemory[i]);
        }
        var warnings = head.Counters.ProblemCount == problems ? Array.Empty<string>() : ["A stored chunk is damaged and was left out; see the sample store's problems."];
        return ToSelection(series, inMemory, warnings);
    }

    async Task<Dictionary<long, SampleBuffer>> ReadAsync(List<long> series, Tier tier, long from, long to, SelectOptions options, CancellationToken stop)
    {
        var stored = new Dictionary<long, SampleBuffer>(series.Count);
        var size = 0L;
        await foreach (var chunk in database.ReadChunksAsync(series, tier, from, to, stop))
        {
            size += chunk.Count;
            Limit(size, options);
            stored[chunk.Series] = ChunkMerge.Add(stored.GetValueOrDefault(chunk.Series) ?? new(chunk.Count), chunk, from, to, head.Counters);
        }
        return stored;
    }

    static void Limit(long size, SelectOptions options)
    {
        if (size > options.MaxSamples)
            throw new QueryLimitException($"The query would read {size} samples, more than {options.MaxSamples}. Shorten its range or select fewer series.");
    }

    static Selection ToSelection(List<HeadSeries> series, List<SampleBuffer> samples, IReadOnlyList<string> warnings)
    {
        var found = new List<SelectedSeries>(series.Count);
        for (var i = 0; i < series.Count; i++)
        {
            if (samples[i].Count > 0)
                found.Add(samples[i].ToSeries(series[i].Labels));
        }
        return new(found, warnings);
    }
}
