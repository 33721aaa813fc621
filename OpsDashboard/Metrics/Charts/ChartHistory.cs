using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts;

/// <summary>What a chart asks for, times in milliseconds.</summary>
public sealed record ChartSpan(long From, long To, int Step)
{
    /// <summary>Points of one series that a chart may ask for.</summary>
    public const int MostPoints = 11_000;

    public int Points => (int)((To - From) / Step) + 1;

    /// <summary>The same span with ends on whole steps, so that it fits the points of everyone else.</summary>
    public ChartSpan Aligned() => this with { From = From - (From % Step), To = To - (To % Step) };
}

/// <summary>One series on the span's grid; NaN where it has no value.</summary>
public sealed record ChartSeries(int Query, Labels Labels, double[] Values);

public sealed record ChartAnswer(ChartSpan Span, IReadOnlyList<ChartSeries> Series, IReadOnlyList<ChartMarker> Markers, IReadOnlyList<string> Warnings);

public sealed record MarkerAnswer(IReadOnlyList<ChartMarker> Markers, IReadOnlyList<string> Warnings);

/// <summary>Reads what charts show before they go live. Thread-safe; authorizes.</summary>
public sealed class ChartHistory(IPromQl promQl, IEnumerable<IChartMarkers> markers)
{
    /// <summary>Series of one expression that a chart can show.</summary>
    public const int MostSeries = 60;

    const int StillComes = 15_000;

    /// <exception cref="PromQlException">One of the expressions is wrong or could not be evaluated.</exception>
    public async ValueTask<ChartAnswer> ReadAsync(IReadOnlyList<string> expressions, ChartSpan asked, string? systemId, Actor actor, CancellationToken stop)
    {
        var span = asked.Aligned();
        var granted = promQl.For(actor);
        var series = new List<ChartSeries>();
        var warnings = new List<string>();
        for (var i = 0; i < expressions.Count; i++)
        {
            var answer = await granted.Parse(expressions[i]).RangeAsync(span.From, span.To, span.Step, new SelectOptions(span.Step), stop);
            warnings.AddRange(answer.Warnings);
            if (answer.Series.Count > MostSeries)
                warnings.Add($"{answer.Series.Count} series; the first {MostSeries} are shown");
            foreach (var found in answer.Series.OrderBy(found => IsOver(found.Samples, span)).Take(MostSeries))
                series.Add(new(i, found.Labels, OnGrid(found.Samples, span)));
        }
        var marked = await MarkersAsync(span.From, span.To, systemId, actor, stop);
        warnings.AddRange(marked.Warnings);
        return new(span, series, marked.Markers, [.. warnings.Distinct()]);
    }

    /// <summary>What happened in the span, in order. Samples come from memory: a database that is away takes no chart away, and it is said.</summary>
    /// <exception cref="AccessDeniedException">The actor may read no metrics at all.</exception>
    public async ValueTask<MarkerAnswer> MarkersAsync(long from, long to, string? systemId, Actor actor, CancellationToken stop)
    {
        promQl.For(actor);
        var all = new List<ChartMarker>();
        var warnings = new List<string>();
        foreach (var source in markers)
        {
            try
            {
                all.AddRange(await source.MarkersAsync(from, to, systemId, actor, stop));
            }
            catch (Exception outage) when (Problems.IsOutage(outage))
            {
                warnings.Add("The database does not answer: alerts and changes are not marked.");
            }
        }
        return new([.. all.OrderBy(marker => marker.At)], [.. warnings.Distinct()]);
    }

    // What still comes goes first: it is what the live frames that follow will carry.
    static bool IsOver(IReadOnlyList<Sample> samples, ChartSpan span) => samples.Count == 0 || samples[^1].At < span.To - StillComes - (2 * span.Step);

    static double[] OnGrid(IReadOnlyList<Sample> samples, ChartSpan span)
    {
        var values = new double[span.Points];
        values.AsSpan().Fill(double.NaN);
        foreach (var sample in samples)
        {
            var place = (sample.At - span.From) / span.Step;
            if (place >= 0 && place < values.Length)
                values[place] = sample.Value;
        }
        return values;
    }
}
