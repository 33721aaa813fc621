using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

sealed partial class Evaluator
{
    List<Element> Combined(Binary binary, long at)
    {
        if (binary.Left.Kind == ValueKind.Scalar)
            return WithScalar(binary, Vector(binary.Right, at), Scalar(binary.Left, at), scalarIsLeft: true);
        if (binary.Right.Kind == ValueKind.Scalar)
            return WithScalar(binary, Vector(binary.Left, at), Scalar(binary.Right, at), scalarIsLeft: false);
        var left = Vector(binary.Left, at);
        var right = Vector(binary.Right, at);
        return binary.Operator switch
        {
            BinaryOperator.And => Kept(binary, left, right, whenMatched: true),
            BinaryOperator.Unless => Kept(binary, left, right, whenMatched: false),
            BinaryOperator.Or => Either(binary, left, right),
            _ => Matched(binary, left, right),
        };
    }

    static List<Element> WithScalar(Binary binary, List<Element> vector, double scalar, bool scalarIsLeft)
    {
        var kept = 0;
        for (var i = 0; i < vector.Count; i++)
        {
            var element = vector[i];
            var (left, right) = scalarIsLeft ? (scalar, element.Value) : (element.Value, scalar);
            if (Apply(binary, left, right, element.Value) is not { } value)
                continue;
            vector[kept++] = new(binary.DropsName ? binary.Caches.Nameless[element.Labels] : element.Labels, value);
        }
        vector.RemoveRange(kept, vector.Count - kept);
        return binary.DropsName ? RejectTwins(vector) : vector;
    }

    // The value of a pair; null where a filtering comparison does not hold.
    static double? Apply(Binary binary, double left, double right, double whenHolds)
    {
        if (!binary.IsComparison)
            return Arithmetic.Compute(binary.Operator, left, right);
        var holds = Arithmetic.Holds(binary.Operator, left, right);
        return binary.ReturnsBool ? (holds ? 1 : 0) : holds ? whenHolds : null;
    }

    static List<Element> Kept(Binary binary, List<Element> left, List<Element> right, bool whenMatched)
    {
        var signatures = Signatures(binary, right);
        left.RemoveAll(element => signatures.Contains(binary.Caches.Signature[element.Labels]) != whenMatched);
        return left;
    }

    static List<Element> Either(Binary binary, List<Element> left, List<Element> right)
    {
        var signatures = Signatures(binary, left);
        foreach (var element in right)
        {
            if (!signatures.Contains(binary.Caches.Signature[element.Labels]))
                left.Add(element);
        }
        return RejectTwins(left);
    }

    static HashSet<Labels> Signatures(Binary binary, List<Element> elements)
    {
        var signatures = new HashSet<Labels>(elements.Count);
        foreach (var element in elements)
            signatures.Add(binary.Caches.Signature[element.Labels]);
        return signatures;
    }

    static List<Element> Matched(Binary binary, List<Element> left, List<Element> right)
    {
        var isSwapped = binary.Matching.Cardinality == Cardinality.OneToMany;
        var (many, one) = isSwapped ? (right, left) : (left, right);
        var partners = Partners(binary, one, isSwapped ? "left" : "right");
        var results = new List<Element>(many.Count);
        var taken = new HashSet<Labels>(many.Count);
        foreach (var element in many)
        {
            var signature = binary.Caches.Signature[element.Labels];
            if (!partners.TryGetValue(signature, out var partner))
                continue;
            var (first, second) = isSwapped ? (partner.Value, element.Value) : (element.Value, partner.Value);
            if (Apply(binary, first, second, first) is not { } value)
                continue;
            var labels = binary.Caches.Result(element.Labels, partner.Labels);
            if (binary.Matching.Cardinality == Cardinality.OneToOne)
            {
                if (!taken.Add(signature))
                    throw new PromQlException("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)", binary.Start);
            }
            else if (!taken.Add(labels))
            {
                throw new PromQlException("multiple matches for labels: grouping labels must ensure unique matches", binary.Start);
            }
            results.Add(new(labels, value));
        }
        return RejectTwins(results);
    }

    static Dictionary<Labels, Element> Partners(Binary binary, List<Element> one, string side)
    {
        var partners = new Dictionary<Labels, Element>(one.Count);
        foreach (var element in one)
        {
            var signature = binary.Caches.Signature[element.Labels];
            if (!partners.TryAdd(signature, element))
                throw new PromQlException($"found duplicate series for the match group {Braced(signature)} on the {side} hand-side of the operation: [{Braced(element.Labels)}, {Braced(partners[signature].Labels)}];many-to-many matching not allowed: matching labels must be unique on one side", binary.Start);
        }
        return partners;
    }

    // Prometheus prints a label set with the name among the labels.
    static string Braced(Labels labels) => $"{{{string.Join(", ", labels.Select(label => $"{label.Name}=\"{label.Value}\""))}}}";
}
