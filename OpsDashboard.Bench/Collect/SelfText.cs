using System.Globalization;

namespace OpsDashboard.Bench.Collect;

/// <summary>Reads the program's own <c>/metrics</c>.</summary>
static class SelfText
{
    public static async Task<double> ReadAsync(HttpClient client, string series)
    {
        var text = await client.GetStringAsync("metrics");
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) ?? throw new InvalidDataException($"/metrics does not tell {series}.");
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
