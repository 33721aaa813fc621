using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>series, labels and label values.</summary>
static class SeriesOperations
{
    const string Truncated = "results truncated due to limit";

    static readonly IReadOnlyList<LabelMatcher> Everything = [new(Labels.NameLabel, MatchKind.Regex, ".+")];

    public static async Task<ApiAnswer> SeriesAsync(ApiCall call)
    {
        if (call.Parameters.Texts("match[]").Count == 0)
            throw ApiError.BadData("no match[] parameter provided");
        var limit = call.Parameters.Limit();
        var found = (await SelectAsync(call)).ToList();
        found.Sort(LabelOrder.Compare);
        var warnings = Truncate(found, limit);
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var labels in found)
                ResultJson.Labels(json, labels);
            json.WriteEndArray();
        }, warnings);
    }

    public static async Task<ApiAnswer> LabelNamesAsync(ApiCall call)
    {
        var limit = call.Parameters.Limit();
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in await SelectAsync(call))
        {
            foreach (var label in labels.AsSpan())
                names.Add(label.Name);
        }
        return Sorted(names, limit);
    }

    public static async Task<ApiAnswer> LabelValuesAsync(ApiCall call, string name)
    {
        if (!PromText.IsLabelName(name))
            throw ApiError.BadData($"invalid label name: \"{name}\"");
        var limit = call.Parameters.Limit();
        var values = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in await SelectAsync(call))
        {
            if (labels[name] is { } value)
                values.Add(value);
        }
        return Sorted(values, limit);
    }

    static ApiAnswer Sorted(SortedSet<string> texts, int limit)
    {
        var list = texts.ToList();
        var warnings = Truncate(list, limit);
        return ApiAnswer.Ok(json => ResultJson.Texts(json, list), warnings);
    }

    static async Task<HashSet<Labels>> SelectAsync(ApiCall call)
    {
        var from = call.Parameters.Time("start", ApiParameters.Earliest);
        var to = call.Parameters.Time("end", ApiParameters.Latest);
        if (to < from)
            throw ApiError.BadData("invalid parameter \"end\": end timestamp must not be before start timestamp");
        var found = new HashSet<Labels>();
        var selectors = call.Parameters.Texts("match[]");
        using var place = await call.Queue.EnterAsync(call.Actor.Id, call.Stop);
        if (selectors.Count == 0)
            found.UnionWith(await call.Samples.SeriesAsync(Everything, from, to, call.Stop));
        foreach (var selector in selectors)
            found.UnionWith(await call.Samples.SeriesAsync(Parse(selector), from, to, call.Stop));
        return found;
    }

    static IReadOnlyList<LabelMatcher> Parse(string selector)
    {
        try
        {
            return Parser.ParseSelector(selector);
        }
        catch (PromQlException error)
        {
            throw ApiError.NotParsed("match[]", selector, error);
        }
    }

    static IReadOnlyList<string> Truncate<T>(List<T> list, int limit)
    {
        if (limit <= 0 || list.Count <= limit)
            return [];
        list.RemoveRange(limit, list.Count - limit);
        return [Truncated];
    }
}
