using System.Text.Json;

namespace OpsDashboard.Metrics.Collectors.Json;

/// <summary>What a system says of one of its parts, in the words that its own health document uses.</summary>
public enum ComponentStatus { Unhealthy, Unknown, Degraded, Healthy }

/// <param name="Word">The status as the document wrote it.</param>
/// <param name="Facts">What else stands beside the status, as text.</param>
public sealed record ComponentNode(string Name, ComponentStatus Status, string Word, IReadOnlyList<JsonFigure> Facts, IReadOnlyList<ComponentNode> Parts);

/// <summary>The parts of a system as its detailed health document gives them. Immutable.</summary>
public sealed record ComponentTree(ComponentNode Root)
{
    /// <summary>Name under which a collector keeps it.</summary>
    public const string DocumentName = "components";

    const int Deepest = 8, MostParts = 500;

    static readonly string[] PartNames = ["components", "checks", "services", "dependencies", "entries", "subsystems"];
    static readonly string[] StatusNames = ["status", "state", "health", "healthy"];

    /// <summary>The tree of a document that lists parts with a status each; null where it lists none.</summary>
    public static ComponentTree? Find(JsonElement document, string name)
    {
        var left = MostParts;
        return document.ValueKind == JsonValueKind.Object && PartsOf(document) is not null ? new(Read(name, document, 0, ref left)) : null;
    }

    /// <summary>Every part below the root, with the path of names that leads to it.</summary>
    public IEnumerable<(string Path, ComponentNode Node)> Parts() => Below(Root, "");

    static IEnumerable<(string, ComponentNode)> Below(ComponentNode node, string prefix)
    {
        foreach (var part in node.Parts)
        {
            yield return (prefix + part.Name, part);
            foreach (var deeper in Below(part, $"{prefix}{part.Name}/"))
                yield return deeper;
        }
    }

    static ComponentNode Read(string name, JsonElement element, int depth, ref int left)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return new(name, Understand(element), Text(element), [], []);
        var parts = new List<ComponentNode>();
        var facts = new List<JsonFigure>();
        var word = "";
        var status = ComponentStatus.Unknown;
        foreach (var property in element.EnumerateObject())
        {
            if (word.Length == 0 && StatusNames.Contains(property.Name, StringComparer.OrdinalIgnoreCase) && property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
                (status, word) = (Understand(property.Value), Text(property.Value));
            else if (property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) && !property.NameEquals("name"))
                facts.Add(new(property.Name, Text(property.Value), property.Value.ValueKind == JsonValueKind.Number ? property.Value.GetDouble() : null));
        }
        if (depth < Deepest && PartsOf(element) is { } list)
        {
            foreach (var (partName, part) in list)
            {
                if (left-- <= 0)
                    break;
                parts.Add(Read(partName, part, depth + 1, ref left));
            }
        }
        if (word.Length == 0 && parts.Count > 0)
            status = parts.Min(part => part.Status);
        return new(name, status, word, facts, parts);
    }

    static List<(string Name, JsonElement Part)>? PartsOf(JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!PartNames.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                continue;
            if (property.Value.ValueKind == JsonValueKind.Object)
                return [.. property.Value.EnumerateObject().Select(part => (part.Name, part.Value))];
            if (property.Value.ValueKind == JsonValueKind.Array)
                return [.. property.Value.EnumerateArray().Select((part, index) => (NameOf(part) ?? $"{index + 1}", part))];
        }
        return null;
    }

    static string? NameOf(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var key in new[] { "name", "id", "component", "service" })
        {
            if (part.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String)
                return value.GetString();
        }
        return null;
    }

    static ComponentStatus Understand(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => ComponentStatus.Healthy,
        JsonValueKind.False => ComponentStatus.Unhealthy,
        JsonValueKind.String => value.GetString()!.ToLowerInvariant() switch
        {
            "healthy" or "ok" or "up" or "pass" or "passing" or "available" or "connected" or "running" or "ready" or "green" or "operational" => ComponentStatus.Healthy,
            "degraded" or "warn" or "warning" or "slow" or "yellow" or "partial" => ComponentStatus.Degraded,
            "unhealthy" or "down" or "fail" or "failed" or "failing" or "error" or "critical" or "unavailable" or "disconnected" or "stopped" or "red" or "outage" => ComponentStatus.Unhealthy,
            _ => ComponentStatus.Unknown,
        },
        _ => ComponentStatus.Unknown,
    };

    static string Text(JsonElement value) => JsonFigure.TextOf(value);
}
