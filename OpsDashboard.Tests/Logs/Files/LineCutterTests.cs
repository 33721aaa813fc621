using System.Text;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Files;
using Xunit;

namespace OpsDashboard.Tests.Logs.Files;

public sealed class LineCutterTests
{
    readonly LineCutter cutter = new();
    readonly List<string> lines = [];

    void Take(string text) => cutter.Take(Encoding.UTF8.GetBytes(text), Note);

    void Note(ReadOnlyMemory<byte> line) => lines.Add(Encoding.UTF8.GetString(line.Span));

    [Fact]
    public void Take_PartsOfLines_GivesWholeLinesOnly()
    {
        Take("one\r\ntw");
        Take("o\n\nthree");
        Assert.Equal(["one", "two"], lines);
        Assert.Equal(5, cutter.Pending);
        cutter.Finish(Note);
        Assert.Equal(["one", "two", "three"], lines);
        Assert.Equal(0, cutter.Pending);
    }

    [Fact]
    public void Take_ALineLongerThanAllowed_GivesItsBeginningOnceAndGoesOnBehindIt()
    {
        for (var i = 0; i < 5; i++)
            Take(new string('x', LogLimits.MaxLineBytes / 2));
        Take("tail\nnext\n");
        Assert.Equal([LogLimits.MaxLineBytes + 1, 4], lines.Select(line => line.Length));
        Assert.Equal("next", lines[1]);
        Assert.Equal(0, cutter.Pending);
    }
}
