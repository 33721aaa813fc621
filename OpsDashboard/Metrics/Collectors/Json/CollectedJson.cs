using System.Text.Json;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Json;

/// <param name="Name">The key, with those above it: <c>resources / cpu_percent</c>.</param>
/// <param name="Number">The value where it is a number.</param>
public sealed record JsonFigure(string Name, string Text, double? Number)
{
    const int LongestText = 500;

    internal static string TextOf(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Null => "–",
            _ => value.GetRawText(),
        };
        return text.Length > LongestText ? text[..LongestText] + "…" : text;
    }
}

/// <summary>A JSON document made fit to be shown: its single values, and its lists as tables. Immutable.</summary>
/// <param name="Notes">What was left out.</param>
public sealed record CollectedJson(string Title, IReadOnlyList<JsonFigure> Figures, IReadOnlyList<CollectedTable> Tables, IReadOnlyList<string> Notes)
{
    const int MostFigures = 200, MostRows = 500, MostColumns = 20, MostTables = 20, Deepest = 6;

    public static CollectedJson From(string title, JsonElement root, long at)
    {
        var reading = new Reading(at);
        if (root.ValueKind == JsonValueKind.Array)
            reading.AddList(title, root);
        else
            reading.Walk("", root, 0);
        return new(title, reading.Figures, reading.Tables, [.. reading.Notes.Distinct()]);
    }

    sealed class Reading(long at)
    {
        public List<JsonFigure> Figures { get; } = [];
        public List<CollectedTable> Tables { get; } = [];
        public List<string> Notes { get; } = [];

        public void Walk(string name, JsonElement element, int depth)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object when depth < Deepest:
                    foreach (var property in element.EnumerateObject())
                        Walk(name.Length == 0 ? property.Name : $"{name} / {property.Name}", property.Value, depth + 1);
                    break;
                case JsonValueKind.Array when element.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object):
                    AddList(name, element);
                    break;
                case JsonValueKind.Array:
                    AddFigure(new(name, string.Join(", ", element.EnumerateArray().Take(MostColumns).Select(JsonFigure.TextOf)), null));
                    break;
                default:
                    AddFigure(new(name, JsonFigure.TextOf(element), element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) ? number : null));
                    break;
            }
        }

        public void AddList(string name, JsonElement list)
        {
            if (Tables.Count == MostTables)
            {
                Notes.Add($"Only the first {MostTables} lists are shown.");
                return;
            }
            var items = list.EnumerateArray().Take(MostRows).ToList();
            var columns = items.Where(item => item.ValueKind == JsonValueKind.Object).SelectMany(item => item.EnumerateObject().Select(property => property.Name)).Distinct().Take(MostColumns).ToList();
            var rows = items.Select(item => (IReadOnlyList<object?>)[.. columns.Select(column => Cell(item, column))]).ToList();
            var note = list.GetArrayLength() > MostRows ? $"The first {MostRows} of {list.GetArrayLength()}." : null;
            Tables.Add(new(name, [.. columns.Select(column => new TableColumn(column, Unit.None))], rows, note, at));
        }

        void AddFigure(JsonFigure figure)
        {
            if (Figures.Count < MostFigures)
                Figures.Add(figure);
            else
                Notes.Add($"Only the first {MostFigures} values are shown.");
        }

        static object? Cell(JsonElement item, string column)
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(column, out var value))
                return null;
            return value.ValueKind switch
            {
                JsonValueKind.Number when value.TryGetDouble(out var number) => number,
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Null => null,
                _ => JsonFigure.TextOf(value),
            };
        }
    }
}
