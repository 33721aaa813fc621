using System.Collections.Concurrent;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>The label sets of a vector match: by which labels two sides meet, and what their result is called. Thread-safe.</summary>
sealed class MatchingLabels(Matching matching, bool dropsName)
{
    readonly ConcurrentDictionary<(Labels Many, Labels One), Labels> results = new();

    /// <summary>The labels by which a series finds its partner: those of <c>on</c>, or all but those of <c>ignoring</c> and the name.</summary>
    public LabelMap Signature { get; } = matching.IsOn
        ? new(labels => labels.Only(matching.Labels))
        : new(labels => labels.Without([.. matching.Labels, Labels.NameLabel]));

    /// <summary>The series without its name.</summary>
    public LabelMap Nameless { get; } = LabelMap.WithoutName();

    /// <summary>The result's labels: the "many" side's, or the matching ones where both sides are single, plus those included from the "one" side.</summary>
    public Labels Result(Labels many, Labels one)
    {
        if (results.TryGetValue((many, one), out var known))
            return known;
        if (results.Count > LabelMap.Capacity)
            results.Clear();
        return results[(many, one)] = Make(many, one);
    }

    // Prometheus' resultMetric in promql/engine.go.
    Labels Make(Labels many, Labels one)
    {
        var result = dropsName ? many.Without(Labels.NameLabel) : many;
        if (matching.Cardinality == Cardinality.OneToOne)
            result = matching.IsOn ? result.Only(matching.Labels) : result.Without(matching.Labels);
        foreach (var name in matching.Include)
            result = result.With(name, one[name] ?? "");
        return result;
    }
}
