using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class AlertTextTests
{
    [Theory]
    [InlineData("{{ $value }}", 57, "57")]
    [InlineData("{{$value}}", 0.123456, "0.1235")]
    [InlineData("{{ $value | humanize }}", 162_000_000, "162M")]
    [InlineData("{{ $value | humanize }}", 0.0042, "4.2m")]
    [InlineData("{{ $value | humanize1024 }}B", 157_286_400, "150MiB")]
    [InlineData("{{ $value | humanizePercentage }}", 0.0512, "5.12%")]
    [InlineData("{{ $value | humanizeDuration }}", 0.82, "820ms")]
    [InlineData("{{ $value | humanizeDuration }}", 2.5, "2.5s")]
    [InlineData("{{ $value | humanizeDuration }}", 3725, "1h 2m 5s")]
    [InlineData("{{ $value | humanize }}", double.PositiveInfinity, "Infinity")]
    public void Expand_Value_IsWrittenForPeople(string template, double value, string expected) =>
        Assert.Equal(expected, AlertText.Expand(template, Labels.Empty, value));

    [Fact]
    public void Expand_Labels_AreFilledAndUnknownOnesAreEmpty() =>
        Assert.Equal("path /cases/open of ", AlertText.Expand("path {{ $labels.path }} of {{ $labels.nothing }}", Labels.Of("m", ("path", "/cases/open")), 1));

    [Fact]
    public void Expand_UnknownFunction_StaysAsWritten() =>
        Assert.Equal("{{ $value | shout }}", AlertText.Expand("{{ $value | shout }}", Labels.Empty, 1));

    [Fact]
    public void Expand_LabelThatLooksLikeATemplate_IsNotExpandedAgain() =>
        Assert.Equal("{{ $value }}", AlertText.Expand("{{ $labels.x }}", Labels.Of("m", ("x", "{{ $value }}")), 1));
}
