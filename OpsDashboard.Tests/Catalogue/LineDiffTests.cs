using OpsDashboard.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class LineDiffTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nx\nc\n", "@@ line 1 @@\n a\n-b\n+x\n c\n")]
    [InlineData("", "a\n", "@@ line 1 @@\n+a\n")]
    [InlineData("a\n", "", "@@ line 1 @@\n-a\n")]
    [InlineData("a\nb\n", "a\nb\n", "")]
    [InlineData("a\nb\n", "b\n", "@@ line 1 @@\n-a\n b\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nX\n", "@@ line 6 @@\n 6\n 7\n 8\n-9\n+X\n")]
    public void Unified_Texts_ShowsWhatChanged(string before, string after, string expected) =>
        Assert.Equal(expected, LineDiff.Unified(before, after));

    [Fact]
    public void Of_RandomTexts_RebuildsBoth()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (before, after) = (Text(random), Text(random));
            var lines = LineDiff.Of(before, after);
            Assert.Equal(before, string.Concat(lines.Where(line => line.Kind != DiffKind.Added).Select(line => line.Text + "\n")));
            Assert.Equal(after, string.Concat(lines.Where(line => line.Kind != DiffKind.Removed).Select(line => line.Text + "\n")));
        }
    }

    [Fact]
    public void Of_HugeDifferentTexts_StaysCheap()
    {
        var before = string.Concat(Enumerable.Range(0, 5000).Select(line => $"a{line}\n"));
        var after = string.Concat(Enumerable.Range(0, 5000).Select(line => $"b{line}\n"));
        Assert.Equal(10_000, LineDiff.Of(before, after).Count);
    }

    static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => $"{(char)('a' + random.Next(3))}\n"));
}
