using System.Globalization;
using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>Quantiles of classic histograms. Native histograms are not kept here, so what reads only those answers an empty vector, as in Prometheus.</summary>
static class HistogramFunctions
{
    const string BucketLabel = "le";

    static readonly LabelMap WithoutBucket = new(static labels => labels.Without(BucketLabel, Labels.NameLabel));

    public static readonly Function[] All =
    [
        new("histogram_quantile", ValueKind.Vector, [ValueKind.Scalar, ValueKind.Vector], 2, 2, new VectorBody(Quantile)),
        new("histogram_fraction", ValueKind.Vector, [ValueKind.Scalar, ValueKind.Scalar, ValueKind.Vector], 3, 3, new VectorBody(Fraction)),
        OfNative("histogram_count"), OfNative("histogram_sum"), OfNative("histogram_avg"), OfNative("histogram_stddev"), OfNative("histogram_stdvar"),
    ];

    static Function OfNative(string name) => new(name, ValueKind.Vector, [ValueKind.Vector], 1, 1, new VectorBody(static (evaluator, call, at) =>
    {
        evaluator.Vector(call.Arguments[0], at);
        return [];
    }));

    static List<Element> Quantile(Evaluator evaluator, Call call, long at)
    {
        var quantile = evaluator.Scalar(call.Arguments[0], at);
        if (quantile is not (>= 0 and <= 1))
            evaluator.Warn($"PromQL warning: quantile value should be between 0 and 1, got {PromText.Number(quantile)}");
        return OfEach(evaluator, call.Arguments[1], at, buckets => BucketQuantile.Of(quantile, buckets));
    }

    static List<Element> Fraction(Evaluator evaluator, Call call, long at)
    {
        var (lower, upper) = (evaluator.Scalar(call.Arguments[0], at), evaluator.Scalar(call.Arguments[1], at));
        return OfEach(evaluator, call.Arguments[2], at, buckets => BucketQuantile.Fraction(lower, upper, buckets));
    }

    static List<Element> OfEach(Evaluator evaluator, Expr argument, long at, Func<List<Bucket>, double> figure)
    {
        var histograms = new Dictionary<Labels, List<Bucket>>();
        foreach (var element in evaluator.Vector(argument, at))
        {
            if (UpperBound(element.Labels[BucketLabel]) is not { } bound)
            {
                evaluator.Warn($"PromQL warning: bucket label \"le\" is missing or has a malformed value of \"{element.Labels[BucketLabel] ?? ""}\" for metric name \"{element.Labels.Metric}\"");
                continue;
            }
            var key = WithoutBucket[element.Labels];
            if (!histograms.TryGetValue(key, out var buckets))
                histograms.Add(key, buckets = []);
            buckets.Add(new(bound, element.Value));
        }
        var results = new List<Element>(histograms.Count);
        foreach (var (labels, buckets) in histograms)
            results.Add(new(labels, figure(buckets)));
        return results;
    }

    static double? UpperBound(string? text) => text switch
    {
        null or "" => null,
        "+Inf" or "Inf" or "+inf" or "inf" => double.PositiveInfinity,
        "-Inf" or "-inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : null,
    };
}
