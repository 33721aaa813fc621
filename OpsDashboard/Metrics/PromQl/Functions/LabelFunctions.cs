using System.Text;
using System.Text.RegularExpressions;
using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>label_replace and label_join (promql/functions.go, evalLabelReplace and evalLabelJoin).</summary>
static class LabelFunctions
{
    public static readonly Function[] All =
    [
        new("label_replace", ValueKind.Vector, [ValueKind.Vector, ValueKind.Text, ValueKind.Text, ValueKind.Text, ValueKind.Text], 5, 5, new VectorBody(Replace)),
        new("label_join", ValueKind.Vector, [ValueKind.Vector, ValueKind.Text, ValueKind.Text, ValueKind.Text], 3, int.MaxValue, new VectorBody(Join)),
    ];

    static List<Element> Replace(Evaluator evaluator, Call call, long at)
    {
        var elements = evaluator.Vector(call.Arguments[0], at);
        var (target, template, source) = (Text(call, 1), Text(call, 2), Text(call, 3));
        var pattern = Pattern(Text(call, 4), call.Arguments[4].Start);
        RejectBadName(target, "label_replace", call.Arguments[1].Start);
        for (var i = 0; i < elements.Count; i++)
        {
            var match = pattern.Match(elements[i].Labels[source] ?? "");
            if (match.Success)
                elements[i] = elements[i] with { Labels = elements[i].Labels.With(target, Expanded(template, match)) };
        }
        return Evaluator.RejectTwins(elements);
    }

    static List<Element> Join(Evaluator evaluator, Call call, long at)
    {
        var elements = evaluator.Vector(call.Arguments[0], at);
        var (target, separator) = (Text(call, 1), Text(call, 2));
        RejectBadName(target, "label_join", call.Arguments[1].Start);
        for (var i = 0; i < elements.Count; i++)
        {
            var labels = elements[i].Labels;
            var parts = call.Arguments.Skip(3).Select((_, index) => labels[Text(call, index + 3)] ?? "");
            elements[i] = elements[i] with { Labels = labels.With(target, string.Join(separator, parts)) };
        }
        return Evaluator.RejectTwins(elements);
    }

    static Regex Pattern(string pattern, int position)
    {
        try
        {
            return new($@"\A(?s:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception refused) when (refused is RegexParseException or NotSupportedException)
        {
            throw new PromQlException($"invalid regular expression in label_replace(): {pattern}", position);
        }
    }

    /// <summary>Go's Regexp.Expand: $1, ${1}, $name, ${name}, $$; an unknown group is empty.</summary>
    internal static string Expanded(string template, Match match)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                text.Append(template[i++]);
                continue;
            }
            i++;
            if (template[i] == '$')
            {
                text.Append(template[i++]);
                continue;
            }
            var isBraced = template[i] == '{';
            var start = isBraced ? i + 1 : i;
            var end = start;
            while (end < template.Length && (template[end] == '_' || char.IsLetterOrDigit(template[end])))
                end++;
            if (end == start || (isBraced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }
            text.Append(match.Groups[template[start..end]].Value);
            i = isBraced ? end + 1 : end;
        }
        return text.ToString();
    }

    static string Text(Call call, int index) => ((TextLiteral)Evaluator.Unwrapped(call.Arguments[index])).Value;

    static void RejectBadName(string name, string function, int position)
    {
        if (!PromText.IsLabelName(name))
            throw new PromQlException($"invalid destination label name in {function}(): {name}", position);
    }
}
