using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>A strict reading of Prometheus' text format 0.0.4, independent of the program's own parser.</summary>
static partial class ExpositionText
{
    public static void AssertWellFormed(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var types = new Dictionary<string, string>();
        var series = new HashSet<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.True(types.TryAdd(words[2], words[3]), $"two types: {line}");
            }
            else if (line[0] != '#')
            {
                var match = SampleLine().Match(line);
                Assert.True(match.Success, line);
                Assert.True(series.Add(match.Groups["series"].Value), $"twice: {line}");
                Assert.True(double.TryParse(match.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _), line);
                Assert.True(types.ContainsKey(Base().Replace(match.Groups["name"].Value, "")) || types.ContainsKey(match.Groups["name"].Value), $"no type: {line}");
            }
        }
        Assert.NotEmpty(series);
    }

    [GeneratedRegex("""^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,(?!\})|(?=\})))*\})?) (?<value>\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Base();
}
