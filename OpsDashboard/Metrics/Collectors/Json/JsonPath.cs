using System.Globalization;
using System.Text.Json;

namespace OpsDashboard.Metrics.Collectors.Json;

/// <param name="Captures">What the path's wildcards stood for, in order: property names and array positions.</param>
/// <param name="Item">The element that the last wildcard stood for; the whole document where there is none.</param>
public readonly record struct JsonMatch(JsonElement Value, IReadOnlyList<string> Captures, JsonElement Item);

/// <summary>A place in a JSON document: <c>$.a.b</c>, <c>$['a b'][0]</c>, <c>$.rooms[*].players</c>, <c>$.phases.*</c>. Immutable.</summary>
public sealed class JsonPath
{
    readonly List<Segment> segments;

    JsonPath(string text, List<Segment> segments) => (Text, this.segments) = (text, segments);

    readonly record struct Segment(string? Name, int Index)
    {
        public bool IsWildcard => Name is null && Index < 0;
    }

    public string Text { get; }

    /// <summary>The path, or null where the text is none.</summary>
    public static JsonPath? TryParse(string text)
    {
        if (text.Length == 0 || text[0] is not ('$' or '@'))
            return null;
        var segments = new List<Segment>();
        for (var i = 1; i < text.Length;)
        {
            if (ReadSegment(text, ref i) is not { } segment)
                return null;
            segments.Add(segment);
        }
        return new(text, segments);
    }

    /// <summary>The one element at the path, or null; with wildcards the first.</summary>
    public JsonElement? Find(JsonElement root)
    {
        foreach (var match in Select(root))
            return match.Value;
        return null;
    }

    public IEnumerable<JsonMatch> Select(JsonElement root) => Select(root, 0, [], root);

    public override string ToString() => Text;

    IEnumerable<JsonMatch> Select(JsonElement at, int depth, IReadOnlyList<string> captures, JsonElement item)
    {
        if (depth == segments.Count)
            return [new(at, captures, item)];
        var segment = segments[depth];
        if (segment.IsWildcard)
            return Children(at).SelectMany(child => Select(child.Value, depth + 1, [.. captures, child.Key], child.Value));
        if (segment.Name is not null)
            return at.ValueKind == JsonValueKind.Object && at.TryGetProperty(segment.Name, out var property) ? Select(property, depth + 1, captures, item) : [];
        return at.ValueKind == JsonValueKind.Array && segment.Index < at.GetArrayLength() ? Select(at[segment.Index], depth + 1, captures, item) : [];
    }

    static IEnumerable<(string Key, JsonElement Value)> Children(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().Select(property => (property.Name, property.Value)),
        JsonValueKind.Array => at.EnumerateArray().Select((element, index) => (index.ToString(CultureInfo.InvariantCulture), element)),
        _ => [],
    };

    static Segment? ReadSegment(string text, ref int i)
    {
        if (text[i] == '.')
        {
            var start = ++i;
            while (i < text.Length && text[i] is not ('.' or '['))
                i++;
            var name = text[start..i];
            return name.Length == 0 ? null : name == "*" ? new(null, -1) : new(name, 0);
        }
        if (text[i] != '[' || text.IndexOf(']', i) is var end && end < 0)
            return null;
        if (i + 1 < text.Length && text[i + 1] is '\'' or '"')
        {
            var close = text.IndexOf(text[i + 1] + "]", i + 2, StringComparison.Ordinal);
            if (close < 0)
                return null;
            var quoted = text[(i + 2)..close];
            i = close + 2;
            return new(quoted, 0);
        }
        var inner = text[(i + 1)..end];
        i = end + 1;
        if (inner == "*")
            return new(null, -1);
        return int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new(null, index) : null;
    }
}
