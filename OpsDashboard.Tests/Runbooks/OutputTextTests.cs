using OpsDashboard.Runbooks.Output;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class OutputTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u001b[31mred\u001b[0m text", "red text")]
    [InlineData("\u001b]0;title\u0007shown", "shown")]
    [InlineData("a\tb", "a b")]
    [InlineData("bell\u0007 back\b", "bell\uFFFD back\uFFFD")]
    [InlineData("turned\u202Eround", "turned\uFFFDround")]
    [InlineData("postgres://ada:hunter2@db/shop", "postgres://ada:•••@db/shop")]
    public void Clean_StripsWhatMovesTheCursorAndMasksSecrets(string line, string expected) => Assert.Equal(expected, OutputText.Clean(line));

    [Fact]
    public void Clean_AnEndlessLine_IsCutAndSaid()
    {
        var cut = OutputText.Clean(new('x', 1_000_000));
        Assert.Equal(OutputText.MostLetters + "… (line cut)".Length, cut.Length);
        Assert.EndsWith("… (line cut)", cut, StringComparison.Ordinal);
    }
}
