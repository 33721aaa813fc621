using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics.Beacons;

/// <param name="Field">Where, e.g. <c>fps[3]</c>; empty for the body as a whole.</param>
public sealed record BeaconProblem(string Field, string Message);

/// <summary>Reads and checks a batch. Whatever comes is somebody's: every value has a range, and a batch with one wrong value is refused whole.</summary>
public sealed partial class BeaconFormat
{
    public const int LongestBody = 16 * 1024;
    public const double MostFrames = 1000;
    const int MostSeconds = 60;
    const int MostRequests = 100;
    const int MostErrors = 50;
    const int MostProblems = 20;
    const double LargestHeap = 64.0 * 1024 * 1024 * 1024;
    const double LongestRequest = 600_000;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    readonly List<BeaconProblem> problems = [];

    BeaconFormat()
    {
    }

    /// <returns>The batch, or null and every problem (the first twenty).</returns>
    public static (Beacon? Beacon, IReadOnlyList<BeaconProblem> Problems) Read(ReadOnlyMemory<byte> body)
    {
        var format = new BeaconFormat();
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var beacon = format.ReadBeacon(document.RootElement);
            return format.problems.Count == 0 ? (beacon, []) : (null, format.problems);
        }
        catch (JsonException)
        {
            return (null, [new("", "The body is not JSON.")]);
        }
    }

    Beacon? ReadBeacon(JsonElement root)
    {
        if (!Object("", root, "v", "page", "simulated", "fps", "heap", "api", "errors", "rating", "source"))
            return null;
        if (!root.TryGetProperty("v", out var version) || !version.ValueEquals(1))
            Report("v", "must be 1");
        var page = Path(root, "", "page");
        var simulated = root.TryGetProperty("simulated", out var flag) && Flag("simulated", flag);
        var frames = Items(root, "fps", MostSeconds, (field, item) => Number(field, item, 0, MostFrames));
        var heap = root.TryGetProperty("heap", out var bytes) ? Number("heap", bytes, 0, LargestHeap) : (double?)null;
        var requests = Items(root, "api", MostRequests, Request);
        var errors = Items(root, "errors", MostErrors, Error);
        var rating = root.TryGetProperty("rating", out var points) ? Number("rating", points, 1, 5) : (double?)null;
        var source = root.TryGetProperty("source", out var named) ? Choice("source", named, "survey", "api") : "survey";
        return new(page, simulated, frames, heap, requests, errors, rating, source);
    }

    PageRequest Request(string field, JsonElement item)
    {
        if (!Object(field, item, "path", "ms"))
            return default;
        return new(Path(item, field, "path"), Number($"{field}.ms", Member(item, "ms"), 0, LongestRequest) / 1000);
    }

    PageError Error(string field, JsonElement item)
    {
        if (!Object(field, item, "kind", "class", "hash", "count"))
            return default;
        return new(
            Choice($"{field}.kind", Member(item, "kind"), "error", "rejection"),
            Text($"{field}.class", Member(item, "class"), ClassName(), "must be 1 to 40 letters"),
            Text($"{field}.hash", Member(item, "hash"), Hash(), "must be 8 hexadecimal digits"),
            (int)Number($"{field}.count", Member(item, "count"), 1, 1000));
    }

    bool Object(string field, JsonElement element, params ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Report(field, "must be an object");
            return false;
        }
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
                Report(field, $"holds an unknown field; known are {string.Join(", ", known.ToArray())}");
        }
        return true;
    }

    List<T> Items<T>(JsonElement root, string field, int most, Func<string, JsonElement, T> read)
    {
        if (!root.TryGetProperty(field, out var list))
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > most)
        {
            Report(field, $"must be a list of at most {most}");
            return [];
        }
        return [.. list.EnumerateArray().Select((item, i) => read($"{field}[{i}]", item))];
    }

    double Number(string field, JsonElement? element, double least, double most)
    {
        if (element is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && value >= least && value <= most)
            return value;
        Report(field, $"must be a number from {least} to {most}");
        return 0;
    }

    bool Flag(string field, JsonElement element)
    {
        if (element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            Report(field, "must be true or false");
        return element.ValueKind == JsonValueKind.True;
    }

    string Path(JsonElement parent, string field, string name)
    {
        var place = field.Length == 0 ? name : $"{field}.{name}";
        if (Member(parent, name) is not { ValueKind: JsonValueKind.String } text)
        {
            Report(place, "must be a path");
            return "";
        }
        var path = text.GetString()!;
        if (PagePath.Reject(path) is { } reason)
        {
            Report(place, reason);
            return "";
        }
        return PagePath.Generalize(path);
    }

    string Choice(string field, JsonElement? element, params string[] known)
    {
        if (element is { ValueKind: JsonValueKind.String } text && known.FirstOrDefault(word => text.ValueEquals(word)) is { } chosen)
            return chosen;
        Report(field, $"must be one of {string.Join(", ", known)}");
        return known[0];
    }

    string Text(string field, JsonElement? element, Regex pattern, string rule)
    {
        if (element is { ValueKind: JsonValueKind.String } text && pattern.IsMatch(text.GetString()!))
            return text.GetString()!;
        Report(field, rule);
        return "";
    }

    static JsonElement? Member(JsonElement parent, string name) => parent.TryGetProperty(name, out var member) ? member : null;

    void Report(string field, string message)
    {
        if (problems.Count < MostProblems)
            problems.Add(new(field, message));
    }

    [GeneratedRegex(@"^[A-Za-z]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^[0-9a-f]{8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}

static class JsonNumbers
{
    public static bool ValueEquals(this JsonElement element, int value) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number == value;
}
