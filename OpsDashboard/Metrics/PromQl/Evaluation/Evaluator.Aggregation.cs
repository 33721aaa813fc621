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

    List<Element> Folded(Aggregation aggregation, List<Element> elements)
    {
        if (aggregation.IsTotal)
        {
            var total = new Accumulator(aggregation.Operator, elements[0].Value);
            for (var i = 1; i < elements.Count; i++)
                total.Add(elements[i].Value);
            return [new(Labels.Empty, total.Result)];
        }
        if (!groupPlaces.TryGetValue(aggregation, out var places))
            groupPlaces.Add(aggregation, places = new(aggregation));
        places.Begin();
        foreach (var element in elements)
            places.Add(element);
        return places.Results();
    }

    /// <summary>The groups of an aggregation over all steps, because the same series fall into the same groups at each. Not thread-safe.</summary>
    sealed class GroupPlaces(Aggregation aggregation)
    {
        readonly Dictionary<Labels, int> places = [], groupsByLabels = [];
        readonly List<Labels> groups = [];
        Accumulator[] accumulators = new Accumulator[8];
        int[] steps = new int[8];
        int step, count;

        // Steps bring the same series in the same order: the next one is mostly the one behind the last.
        readonly List<(Labels Labels, int Place)> order = [];
        int next;

        public void Begin() => (step, count, next) = (step + 1, 0, 0);

        public void Add(Element element)
        {
            var place = Find(element.Labels);
            if (steps[place] == step)
            {
                accumulators[place].Add(element.Value);
                return;
            }
            (accumulators[place], steps[place]) = (new(aggregation.Operator, element.Value), step);
            count++;
        }

        /// <summary>The groups that had an element since the last <see cref="Begin"/>.</summary>
        public List<Element> Results()
        {
            var results = new List<Element>(count);
            for (var i = 0; i < groups.Count; i++)
            {
                if (steps[i] == step)
                    results.Add(new(groups[i], accumulators[i].Result));
            }
            return results;
        }

        int Find(Labels labels)
        {
            if (next < order.Count && ReferenceEquals(order[next].Labels, labels))
                return order[next++].Place;
            if (places.TryGetValue(labels, out var place))
                return place;
            places.Add(labels, place = PlaceOf(aggregation.Groups[labels]));
            order.Add((labels, place));
            next = order.Count;
            return place;
        }

        int PlaceOf(Labels group)
        {
            if (groupsByLabels.TryGetValue(group, out var place))
                return place;
            groupsByLabels.Add(group, place = groups.Count);
            groups.Add(group);
            if (place == steps.Length)
            {
                Array.Resize(ref steps, place * 2);
                Array.Resize(ref accumulators, place * 2);
            }
            return place;
        }
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
