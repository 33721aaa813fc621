using System.Text.Json;
using System.Text.Json.Serialization;
using OpsDashboard.Access;
using OpsDashboard.Live;
using OpsDashboard.Logs.Search;

namespace OpsDashboard.Logs.Live;

/// <summary>A filter as a browser asks the hub for it: its parts in JSON, without a span of time.</summary>
static class LiveFilter
{
    const int MostText = 4096;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        MaxDepth = 8,
    };

    /// <param name="Fields">Name and value, in pairs: a name may stand twice.</param>
    sealed record Shape(string[]? Systems = null, LineLevel[]? Levels = null, string[]? Components = null, string[]? Categories = null, string[]? Events = null,
        string? CorrelationId = null, string[][]? Fields = null, string? Text = null, bool? CaseSensitive = null, long? Pattern = null);

    public static string Write(LogFilter filter) => JsonSerializer.Serialize(new Shape(
        Some(filter.Systems), Some(filter.Levels), Some(filter.Components), Some(filter.Categories), Some(filter.Events), filter.CorrelationId,
        Some([.. filter.Fields.Select(field => new[] { field.Name, field.Value })]), string.IsNullOrEmpty(filter.Text) ? null : filter.Text, filter.CaseSensitive ? true : null, filter.Pattern), Json);

    /// <exception cref="LiveRefusedException">It is no filter.</exception>
    public static LineMatch Read(string text)
    {
        try
        {
            var shape = text.Length <= MostText ? JsonSerializer.Deserialize<Shape>(text, Json) : null;
            if (shape is null || shape.Fields?.Any(field => field is not [not null, not null]) == true || Lists(shape).Any(list => list?.Any(entry => entry is null) == true))
                throw new LiveRefusedException("This is no filter for lines.");
            return LineMatch.Of(new()
            {
                Systems = shape.Systems ?? [],
                Levels = shape.Levels ?? [],
                Components = shape.Components ?? [],
                Categories = shape.Categories ?? [],
                Events = shape.Events ?? [],
                CorrelationId = shape.CorrelationId,
                Fields = [.. (shape.Fields ?? []).Select(field => new LogField(field[0], field[1]))],
                Text = shape.Text,
                CaseSensitive = shape.CaseSensitive ?? false,
                Pattern = shape.Pattern,
            });
        }
        catch (InvalidInputException wrong)
        {
            throw new LiveRefusedException(string.Join(" ", wrong.Problems.Select(problem => $"{problem.Field} {problem.Message}")));
        }
        catch (JsonException)
        {
            throw new LiveRefusedException("This is no filter for lines.");
        }
    }

    static string[]?[] Lists(Shape shape) => [shape.Systems, shape.Components, shape.Categories, shape.Events];

    static T[]? Some<T>(IReadOnlyList<T> values) => values.Count == 0 ? null : [.. values];
}
