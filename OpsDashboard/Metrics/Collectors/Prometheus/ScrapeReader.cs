using System.Runtime.InteropServices;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Exposition;
using OpsDashboard.Metrics.Collectors.Relabelling;

namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>Makes the samples of one target out of its expositions. Nothing of a text that is malformed or beyond a limit is kept. Not thread-safe.</summary>
sealed class ScrapeReader(Target target, ScrapeOptions options)
{
    readonly TargetLabels labels = new(target);
    readonly ScrapeCache cache = new();
    readonly MetadataMemory metadata = new();
    readonly TextPool pool = new();
    readonly List<Label> scraped = [];
    readonly List<PendingSample> samples = [];
    long scrape;

    /// <summary>Reads a body; on success the samples are added to the run.</summary>
    /// <exception cref="SeriesLimitException">The head takes no more series.</exception>
    public CollectOutcome Read(ReadOnlySpan<byte> body, ExpositionFormat format, CollectContext context)
    {
        samples.Clear();
        scrape++;
        metadata.Begin();
        var reader = new ExpositionReader(body, format);
        var previous = cache.Start;
        var repeated = 0;
        while (true)
        {
            var expected = previous.Next;
            switch (reader.Read(expected is null ? default : expected.Text))
            {
                case ExpositionLine.Malformed:
                    return CollectOutcome.Failed(CollectFailure.Malformed, $"Line {reader.LineNumber}: {reader.Error}.");
                case ExpositionLine.End:
                    cache.Trim(scrape, samples.Count);
                    metadata.End(body, format, context.Appender);
                    context.AddResolved(CollectionsMarshal.AsSpan(samples));
                    return CollectOutcome.Ok(samples.Count) with { Reason = repeated > 0 ? $"{repeated} samples repeated a series of the same answer; the first of each was kept." : null };
                case ExpositionLine.Sample:
                    var entry = reader.IsExpected ? expected! : cache.Find(reader.Series);
                    if (entry is null)
                    {
                        if (Learn(reader.Series, context.Appender, out entry) is { } problem)
                            return problem with { Reason = $"Line {reader.LineNumber}: {problem.Reason}" };
                    }
                    previous.Next = entry;
                    previous = entry;
                    if (!Keep(entry, reader, context))
                        repeated++;
                    if (options.SampleLimit > 0 && samples.Count > options.SampleLimit)
                        return CollectOutcome.Failed(CollectFailure.TooManySeries, $"The answer holds more than {options.SampleLimit} samples, the target's sample_limit.");
                    break;
                default:
                    metadata.See(reader.Metric, reader.Text);
                    break;
            }
        }
    }

    /// <returns>False where this scrape has had the series before.</returns>
    bool Keep(ScrapeCache.Entry entry, in ExpositionReader reader, CollectContext context)
    {
        var hasOwnStamp = reader.HasTimestamp && options.HonorTimestamps;
        var isRepeated = entry.Scrape == scrape && !hasOwnStamp;
        entry.Scrape = scrape;
        if (entry.Series is not { } series || isRepeated)
            return !isRepeated;
        if (series.IsEvicted)
            entry.Series = series = context.Appender.Resolve(series.Labels);
        samples.Add(new(series, hasOwnStamp ? reader.Timestamp : context.At, reader.Value));
        return true;
    }

    CollectOutcome? Learn(ReadOnlySpan<byte> text, ISampleAppender appender, out ScrapeCache.Entry entry)
    {
        entry = cache.Start;
        scraped.Clear();
        if (SeriesText.Parse(text, scraped, pool) is { } error)
            return CollectOutcome.Failed(CollectFailure.Malformed, $"{error}.");
        if (BeyondLimit(scraped) is { } limit)
            return CollectOutcome.Failed(CollectFailure.TooLarge, limit);
        var identity = labels.Identify(scraped, options.HonorLabels);
        if (options.MetricRelabelling.Count > 0)
        {
            var changed = identity.ToList();
            if (!RelabelRules.Apply(options.MetricRelabelling, changed))
            {
                entry = cache.Add(text, null);
                return null;
            }
            // Who may read a series is decided by its system: no rule may give it to another.
            changed.RemoveAll(label => label.Name == TargetLabels.System);
            changed.Add(new(TargetLabels.System, target.SystemId));
            identity = Labels.From(changed);
            if (identity.Metric.Length == 0)
                return CollectOutcome.Failed(CollectFailure.Malformed, "relabelling left the series without a name.");
        }
        entry = cache.Add(text, appender.Resolve(identity));
        return null;
    }

    string? BeyondLimit(List<Label> found)
    {
        if (options.LabelLimit > 0 && found.Count > options.LabelLimit)
            return $"a series has {found.Count} labels; label_limit is {options.LabelLimit}.";
        foreach (var (name, value) in found)
        {
            if (options.LabelNameLengthLimit > 0 && name.Length > options.LabelNameLengthLimit)
                return $"a label's name has {name.Length} characters; label_name_length_limit is {options.LabelNameLengthLimit}.";
            if (options.LabelValueLengthLimit > 0 && value.Length > options.LabelValueLengthLimit)
                return $"the value of {name} has {value.Length} characters; label_value_length_limit is {options.LabelValueLengthLimit}.";
        }
        return null;
    }
}
