using System.Globalization;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Charts;

public sealed class UnitFormatTests
{
    /// <summary>Spaces stand for the no-break and the thin one.</summary>
    static readonly (double? Value, Unit Unit, int? Decimals, string Text)[] Table =
    [
        (162e6, Unit.Bytes, null, "162 MB"),
        (0.82, Unit.Seconds, null, "0.82 s"),
        (0.0004, Unit.Ratio, null, "0.04 %"),
        (0.992, Unit.Ratio, null, "99.2 %"),
        (1204, Unit.Count, null, "1 204"),
        (1234567.8, Unit.Count, null, "1 234 568"),
        (null, Unit.Count, null, "–"),
        (double.NaN, Unit.Count, null, "–"),
        (double.PositiveInfinity, Unit.Count, null, "∞"),
        (0.071, Unit.Seconds, null, "71 ms"),
        (0.0000042, Unit.Seconds, null, "4.2 µs"),
        (0, Unit.Seconds, null, "0 s"),
        (312, Unit.Seconds, null, "5.2 min"),
        (9000, Unit.Seconds, null, "2.5 h"),
        (200000, Unit.Seconds, null, "2.31 d"),
        (57, Unit.FramesPerSecond, null, "57 fps"),
        (21.04, Unit.Gwei, null, "21 gwei"),
        (0, Unit.PerSecond, null, "0/s"),
        (12.34, Unit.PerSecond, null, "12.3/s"),
        (1500, Unit.BytesPerSecond, null, "1.5 kB/s"),
        (-3.5, Unit.Score, null, "-3.5"),
        (-0.001, Unit.None, 2, "0.00"),
        (54, Unit.Percent, null, "54 %"),
        (3.14159, Unit.None, 3, "3.142"),
        (99.95, Unit.Percent, 1, "100.0 %"),
    ];

    [Fact]
    public void Text_Table()
    {
        foreach (var (value, unit, decimals, text) in Table)
            Assert.Equal(text, Plain(UnitFormat.Text(value, unit, decimals)));
    }

    [Fact]
    public async Task BrowserAndServer_WriteFiguresAlike()
    {
        if (RealServer.Find("node") is not { } node)
            Assert.Fail("Node.js builds the front end and must be here.");
        else
        {
            var cases = string.Join(',', Table.Select(row => $"[{Script(row.Value)},'{UnitFormat.Name(row.Unit)}',{row.Decimals?.ToString(CultureInfo.InvariantCulture) ?? "undefined"}]"));
            var module = Path.Combine(RunningProgram.SolutionFolder(), "wwwroot-assets", "js", "parts", "units.js");
            var output = await RealServer.RunAsync(node, "--input-type=module", "-e", $"import {{ format }} from '{module}'; for (const [v, u, d] of [{cases}]) console.log(format(v, u, d));");
            Assert.Equal(Table.Select(row => row.Text), output.TrimEnd('\n').Split('\n').Select(Plain));
        }
    }

    static string Script(double? value) => value switch
    {
        null => "null",
        double.PositiveInfinity => "Infinity",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
    };

    static string Plain(string text) => text.Replace('\u202f', ' ').Replace('\u00a0', ' ');
}
