using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

sealed partial class Evaluator
{
    // A coarser tier may answer only where a range still holds enough of its points for a rate.
    const int PointsInRange = 4;

    // What a range must reach over at least where only a tier has samples: two of them, or no rate could be told.
    const int PointsOfTier = 2;

    readonly CoarseSpan[][] coarse = new CoarseSpan[expression.Readings.Count][];

    async ValueTask FetchAsync(IReadOnlyList<Reading> readings, long from, long to, long step)
    {
        foreach (var reading in readings)
        {
            var (first, last) = (Shifted(reading.Shift, from), Shifted(reading.Shift, to));
            tracks[reading.Index] = reading switch
            {
                VectorSelector selector => await FetchAsync(reading.Index, selector.Matchers, LookBack, (first, last), step, keepStale: true),
                MatrixSelector matrix => await FetchAsync(reading.Index, matrix.Selector.Matchers, matrix.Range, (first, last), Math.Min(step, matrix.Range / PointsInRange), keepStale: false),
                Subquery subquery => await FetchSubqueryAsync(subquery, first, last, step),
                _ => throw Impossible(reading),
            };
        }
    }

    async ValueTask<Track[]> FetchAsync(int reading, IReadOnlyList<LabelMatcher> matchers, long reach, (long First, long Last) instants, long step, bool keepStale)
    {
        var asked = options with { MaxSamples = budget, Step = step, LatestOnly = keepStale && instants.First == instants.Last };
        var selection = await samples.SelectAsync(matchers, instants.First - reach + 1, instants.Last, asked, stop);
        coarse[reading] = [.. selection.Coarse ?? []];
        // The tier is known only now; where it is coarser than the range, the first points need samples from further back.
        if (Widened(reading, reach, instants.First) is var wide && wide > reach)
        {
            // One step more: a tier's sample is found by the beginning of its step and lies at its end.
            selection = await samples.SelectAsync(matchers, instants.First - wide - (wide / PointsOfTier) + 1, instants.Last, asked, stop);
            coarse[reading] = [.. selection.Coarse ?? []];
        }
        foreach (var warning in selection.Warnings)
            warnings.Add(warning);
        var found = new Track[selection.Series.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var series = selection.Series[i];
            Spend(series.Times.Length);
            found[i] = keepStale ? new(series.Labels, series.Times, series.Values) : WithoutMarkers(series);
        }
        return found;
    }

    /// <summary>How far back an instant looks: as far as the expression says, and over two samples where the tier that answers has them further apart.</summary>
    long Widened(int reading, long reach, long instant)
    {
        foreach (var span in coarse[reading] ?? [])
        {
            if (instant >= span.From && instant < span.To)
                return Math.Max(reach, PointsOfTier * span.Step);
        }
        return reach;
    }

    // A sub-query is evaluated once over everything that any step of the outer expression reads, at steps aligned to zero.
    async ValueTask<Track[]> FetchSubqueryAsync(Subquery subquery, long first, long last, long outerStep)
    {
        var step = subquery.Step > 0 ? subquery.Step : DefaultSubqueryStep;
        var from = FirstMultipleAfter(first - subquery.Range, step);
        await FetchAsync(subquery.Direct, from, last, Math.Min(outerStep, step));
        var found = new SeriesBuilder(limits, Math.Max(0, ((last - from) / step) + 1));
        for (var at = from; at <= last; at += step)
        {
            RejectOverrun();
            foreach (var element in Vector(subquery.Inner, at))
            {
                Spend(1);
                found.Add(element.Labels, at, element.Value);
            }
        }
        return found.ToTracks();
    }

    static long FirstMultipleAfter(long instant, long step)
    {
        var floor = Math.DivRem(instant, step, out var rest) - (rest < 0 ? 1 : 0);
        return (floor + 1) * step;
    }

    void Spend(int count)
    {
        budget -= count;
        if (budget < 0)
            throw new QueryLimitException($"query processing would load too many samples into memory in query execution: more than {Math.Min(options.MaxSamples, limits.Samples)}; ask for a shorter range or fewer series");
    }

    static Track WithoutMarkers(SelectedSeries series)
    {
        var markers = 0;
        foreach (var value in series.Values)
            markers += StaleMarker.Is(value) ? 1 : 0;
        if (markers == 0)
            return new(series.Labels, series.Times, series.Values);
        var times = new long[series.Times.Length - markers];
        var values = new double[times.Length];
        var kept = 0;
        for (var i = 0; i < series.Values.Length; i++)
        {
            if (!StaleMarker.Is(series.Values[i]))
                (times[kept], values[kept++]) = (series.Times[i], series.Values[i]);
        }
        return new(series.Labels, times, values);
    }

    long Shifted(TimeShift shift, long at) => shift.Anchor switch
    {
        AtAnchor.Instant => shift.At,
        AtAnchor.Start => queryStart,
        AtAnchor.End => queryEnd,
        _ => at,
    } - shift.Offset;

    List<Element> Select(VectorSelector selector, long at)
    {
        var instant = Shifted(selector.Shift, at);
        var found = tracks[selector.Index]!;
        var reach = Widened(selector.Index, LookBack, instant);
        var elements = new List<Element>(found.Length);
        foreach (var track in found)
        {
            if (track.TryLatest(instant, instant - reach, out _, out var value))
                elements.Add(new(track.Labels, value));
        }
        return elements;
    }

    /// <summary>As <see cref="Vector"/> of a selector, with the samples' times (in seconds) for values.</summary>
    public List<Element> SelectTimes(VectorSelector selector, long at)
    {
        var instant = Shifted(selector.Shift, at);
        var found = tracks[selector.Index]!;
        var reach = Widened(selector.Index, LookBack, instant);
        var elements = new List<Element>(found.Length);
        foreach (var track in found)
        {
            if (track.TryLatest(instant, instant - reach, out var time, out _))
                elements.Add(new(track.Labels, time / 1000.0));
        }
        return elements;
    }

    /// <summary>The series of a range vector and the range at an instant.</summary>
    public (Track[] Tracks, long After, long Until) Range(Expr node, long at)
    {
        var reading = (Reading)Unwrapped(node);
        var until = Shifted(reading.Shift, at);
        var reach = reading is Subquery subquery ? subquery.Range : Widened(reading.Index, ((MatrixSelector)reading).Range, until);
        return (tracks[reading.Index]!, until - reach, until);
    }

    public static Expr Unwrapped(Expr node)
    {
        while (node is Paren paren)
            node = paren.Inner;
        return node;
    }
}
