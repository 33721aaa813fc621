using OpsDashboard.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class PrometheusDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250)]
    [InlineData("15s", 15_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h0m1ms", 3_600_001)]
    [InlineData("2d", 172_800_000)]
    [InlineData("1w", 604_800_000)]
    [InlineData("1y", 31_536_000_000)]
    [InlineData("1y2w3d4h5m6s7ms", 31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_400_000 + 300_000 + 6_000 + 7)]
    public void TryParse_PrometheusNotation_GivesMilliseconds(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), PrometheusDuration.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("1 s")]
    [InlineData("1s\n")]
    [InlineData("1μs")]
    [InlineData("99999999999999y")]
    public void TryParse_AnythingElse_IsNull(string text) => Assert.Null(PrometheusDuration.TryParse(text));

    [Theory]
    [InlineData("0s")]
    [InlineData("1ms")]
    [InlineData("1m30s")]
    [InlineData("8d")]
    [InlineData("1w")]
    [InlineData("1d1h")]
    [InlineData("1y")]
    public void Format_ReadsBack(string text)
    {
        var duration = PrometheusDuration.TryParse(text)!.Value;
        Assert.Equal(text, PrometheusDuration.Format(duration));
    }
}
