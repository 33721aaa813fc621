using OpsDashboard.Alerts.Editing;
using OpsDashboard.Metrics.Charts;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Editing;

public sealed class FigureTextTests
{
    [Theory]
    [InlineData("150 MB", 150e6)]
    [InlineData("150MB", 150e6)]
    [InlineData("1 GiB", 1073741824)]
    [InlineData("5 %", 0.05)]
    [InlineData("7%", 0.07)]
    [InlineData("500 ms", 0.5)]
    [InlineData("2 min", 120)]
    [InlineData(" -0.5 ", -0.5)]
    [InlineData("150e6", 150e6)]
    [InlineData("45 fps", 45)]
    public void Read_AFigureWithItsUnit_IsTheNumberInBaseUnits(string text, double expected) => Assert.Equal(expected, FigureText.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("many")]
    [InlineData("5 parsecs")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("1.2.3")]
    public void Read_AnythingElse_IsNone(string text) => Assert.Null(FigureText.Read(text));

    [Theory]
    [InlineData(150e6, Unit.Bytes, "150 MB")]
    [InlineData(0.05, Unit.Ratio, "5 %")]
    [InlineData(0.051234, Unit.Ratio, "0.051234")]
    [InlineData(12345, Unit.None, "12345")]
    public void Write_SaysExactlyTheSame(double value, Unit unit, string expected)
    {
        Assert.Equal(expected, FigureText.Write(value, unit));
        Assert.Equal(value, FigureText.Read(FigureText.Write(value, unit)));
    }

    [Theory]
    [InlineData("Heap is {{ $value }}B, limit 150 MB", 150e6, 160e6, Unit.Bytes, "Heap is {{ $value }}B, limit 160 MB")]
    [InlineData("{{ $value }} fail, limit 5%", 0.05, 0.1, Unit.Ratio, "{{ $value }} fail, limit 10%")]
    [InlineData("At {{ $value }}, limit 50, target 60", 50, 45, Unit.None, "At {{ $value }}, limit 45, target 60")]
    [InlineData("150 of 1500", 1500, 10, Unit.None, "150 of 10")]
    [InlineData("It is slow", 2, 3, Unit.Seconds, "It is slow")]
    [InlineData("p95 of x12", 12, 3, Unit.None, "p95 of x12")]
    public void Renamed_ASentenceThatNamesTheLimit_NamesTheNewOne(string sentence, double before, double now, Unit unit, string expected) =>
        Assert.Equal(expected, FigureText.Renamed(sentence, before, now, unit));
}
