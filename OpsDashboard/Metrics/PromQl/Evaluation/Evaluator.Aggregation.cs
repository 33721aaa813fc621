using System.Globalization;
using OpsDashboard.Metrics.PromQl.Functions;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

sealed partial class Evaluator
{
    List<Element> Aggregated(Aggregation aggregation, long at)
    {
        var elements = Vector(aggregation.Inner, at);
        if (elements.Count == 0)
            return elements;
        switch (aggregation.Operator)
        {
            case Aggregator.TopK or Aggregator.BottomK:
                return Ranked(aggregation, elements, Scalar(aggregation.Parameter!, at));
            case Aggregator.Quantile:
                return Quantiles(aggregation, elements, Scalar(aggregation.Parameter!, at));
            case Aggregator.CountValues:
                return ValueCounts(aggregation, elements, ((TextLiteral)Unwrapped(aggregation.Parameter!)).Value);
            default:
                return Folded(aggregation, elements);
        }
    }

    static List<Element> Folded(Aggregation aggregation, List<Element> elements)
    {
        if (aggregation.IsTotal)
        {
            var total = new Accumulator(aggregation.Operator, elements[0].Value);
            for (var i = 1; i < elements.Count; i++)
                total.Add(elements[i].Value);
            return [new(Labels.Empty, total.Result)];
        }
        var places = new Dictionary<Labels, int>();
        var groups = new List<Accumulator>();
        foreach (var element in elements)
        {
            var group = aggregation.Groups[element.Labels];
            if (places.TryGetValue(group, out var place))
            {
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(groups)[place].Add(element.Value);
                continue;
            }
            places.Add(group, groups.Count);
            groups.Add(new(aggregation.Operator, element.Value));
        }
        var results = new List<Element>(groups.Count);
        foreach (var (group, place) in places)
            results.Add(new(group, groups[place].Result));
        return results;
    }

    static Dictionary<Labels, List<Element>> Grouped(Aggregation aggregation, List<Element> elements)
    {
        var groups = new Dictionary<Labels, List<Element>>();
        foreach (var element in elements)
        {
            var group = aggregation.IsTotal ? Labels.Empty : aggregation.Groups[element.Labels];
            if (!groups.TryGetValue(group, out var members))
                groups.Add(group, members = []);
            members.Add(element);
        }
        return groups;
    }

    static List<Element> Ranked(Aggregation aggregation, List<Element> elements, double parameter)
    {
        if (double.IsNaN(parameter))
            throw new PromQlException("Parameter value is NaN", aggregation.Parameter!.Start);
        if (parameter is > long.MaxValue or < long.MinValue)
            throw new PromQlException($"Scalar value {parameter.ToString(CultureInfo.InvariantCulture)} overflows int64", aggregation.Parameter!.Start);
        var wanted = (int)Math.Clamp((long)parameter, 0, elements.Count);
        var results = new List<Element>();
        if (wanted == 0)
            return results;
        var sign = aggregation.Operator == Aggregator.TopK ? -1 : 1;
        foreach (var members in Grouped(aggregation, elements).Values)
        {
            // NaN comes last in both directions; a stable order keeps equal values where they were.
            var ranked = members.OrderBy(element => double.IsNaN(element.Value)).ThenBy(element => sign * element.Value);
            results.AddRange(ranked.Take(wanted));
        }
        return results;
    }

    List<Element> Quantiles(Aggregation aggregation, List<Element> elements, double quantile)
    {
        if (quantile is not (>= 0 and <= 1))
            Warn($"PromQL warning: quantile value should be between 0 and 1, got {PromText.Number(quantile)}");
        var results = new List<Element>();
        foreach (var (group, members) in Grouped(aggregation, elements))
            results.Add(new(group, QuantileOf.Values(quantile, [.. members.Select(member => member.Value)])));
        return results;
    }

    static List<Element> ValueCounts(Aggregation aggregation, List<Element> elements, string label)
    {
        if (!PromText.IsLabelName(label))
            throw new PromQlException($"invalid label name \"{label}\"", aggregation.Parameter!.Start);
        var counts = new Dictionary<Labels, int>();
        foreach (var element in elements)
        {
            var group = aggregation.IsTotal ? Labels.Empty : aggregation.Groups[element.Labels];
            var labels = group.With(label, PromText.Number(element.Value));
            counts[labels] = counts.GetValueOrDefault(labels) + 1;
        }
        var results = new List<Element>(counts.Count);
        foreach (var (labels, count) in counts)
            results.Add(new(labels, count));
        return results;
    }

    /// <summary>What is kept of one group while its elements pass.</summary>
    struct Accumulator(Aggregator aggregator, double first)
    {
        CompensatedSum sum = new(first);
        RunningMean mean = new(first);
        RunningVariance variance = Variance(first);
        double extreme = first;
        int count = 1;

        public readonly double Result => aggregator switch
        {
            Aggregator.Sum => sum.Total,
            Aggregator.Avg => mean.Mean,
            Aggregator.Count => count,
            Aggregator.Group => 1,
            Aggregator.StdVar => variance.Variance,
            Aggregator.StdDev => Math.Sqrt(variance.Variance),
            _ => extreme,
        };

        public void Add(double value)
        {
            switch (aggregator)
            {
                case Aggregator.Sum: sum.Add(value); break;
                case Aggregator.Avg: mean.Add(value); break;
                case Aggregator.Count: count++; break;
                case Aggregator.StdVar or Aggregator.StdDev: variance.Add(value); break;
                case Aggregator.Min when value < extreme || double.IsNaN(extreme): extreme = value; break;
                case Aggregator.Max when value > extreme || double.IsNaN(extreme): extreme = value; break;
            }
        }

        static RunningVariance Variance(double first)
        {
            var variance = new RunningVariance();
            variance.Add(first);
            return variance;
        }
    }
}
