using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsDashboard.Metrics.Charts;

/// <summary>What a live element must know, as its attributes carry it.</summary>
static class ChartJson
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Of(Panel panel) => JsonSerializer.Serialize(panel, Options);

    public static string? Of(Bands bands) => bands == Bands.None ? null : JsonSerializer.Serialize(bands, Options);

    public static string Of(IReadOnlyList<ChartBand> bands) => JsonSerializer.Serialize(bands, Options);

    public static string Of(IReadOnlyList<ChartLine> lines) => JsonSerializer.Serialize(lines, Options);
}
