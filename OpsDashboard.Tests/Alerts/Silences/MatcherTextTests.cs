using OpsDashboard.Alerts.Silences;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Silences;

public sealed class MatcherTextTests
{
    [Theory]
    [InlineData("severity=critical", "severity=\"critical\"")]
    [InlineData(" severity = \"critical\" ", "severity=\"critical\"")]
    [InlineData("a!=b", "a!=\"b\"")]
    [InlineData("a=~\"web.*\"", "a=~\"web.*\"")]
    [InlineData("a!~x|y", "a!~\"x|y\"")]
    [InlineData("{a=\"b,c\", d=~\"e\",}", "a=\"b,c\" d=~\"e\"")]
    [InlineData("{a=\"say \\\"hi\\\"\\n\\\\\"}", "a=\"say \\\"hi\\\"\\n\\\\\"")]
    [InlineData("{}", "")]
    [InlineData("a=", "a=\"\"")]
    public void Text_ReadAndWritten_IsTheSame(string text, string expected)
    {
        var read = MatcherText.ParseAll(text);
        Assert.Equal(expected, string.Join(' ', read.Select(MatcherText.Write)));
        Assert.Equal(read, read.Select(matcher => MatcherText.Parse(MatcherText.Write(matcher))));
    }

    [Theory]
    [InlineData("severity", "is no matcher")]
    [InlineData("1a=b", "is no matcher")]
    [InlineData("a=~\"(\"", "no regular expression")]
    [InlineData("a=~\"(x)\\\\1\"", "no regular expression")]
    [InlineData("{a=b", "lacks a brace")]
    [InlineData("a=b\"c", "quote inside")]
    public void WrongText_IsRefused_WithWords(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => MatcherText.ParseAll(text)).Message);

    [Fact]
    public void ExplodingPattern_IsBounded()
    {
        var matcher = MatcherText.Parse("a=~\"(x+x+)+y\"");
        Assert.False(matcher.Matches(new string('x', 5000)));
        Assert.Throws<FormatException>(() => MatcherText.Create("a", MatchKind.Regex, new string('x', 1025)));
    }
}
