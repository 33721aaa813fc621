using System.Text.RegularExpressions;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Metrics;

public sealed class LabelPatternTests
{
    static readonly string[] Values = ["", "a", "b", "ab", "a|b", "api", "api\n", "5..", "500", "503", "A", "a b", "#a", ".*", "é", "a$", "|"];

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a|b")]
    [InlineData("a||b")]
    [InlineData("|")]
    [InlineData(".*")]
    [InlineData(".+")]
    [InlineData("5..")]
    [InlineData("a b|é")]
    [InlineData("#a")]
    [InlineData("(a|b)+")]
    [InlineData(@"a\|b")]
    [InlineData("a$")]
    [InlineData("[^a]*")]
    [InlineData("(?i)a")]
    public void Pattern_OfAnyKind_TakesWhatTheAutomatonTakes(string pattern)
    {
        var automaton = new Regex($@"\A(?s:{pattern})\z", RegexOptions.CultureInvariant);
        var matcher = new LabelPattern(pattern);
        Assert.All(Values, value => Assert.Equal(automaton.IsMatch(value), matcher.Matches(value)));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("*")]
    [InlineData("[a")]
    public void Pattern_ThatIsNone_IsRefused(string pattern) => Assert.ThrowsAny<ArgumentException>(() => new LabelPattern(pattern));
}
