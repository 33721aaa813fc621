using System.Text;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors.Exposition;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Exposition;

public sealed class ExpositionReaderTests
{
    sealed record Line(ExpositionLine Kind, int Number, string Series, double Value, long? At, string Text, string Error);

    static List<Line> Read(string text, ExpositionFormat format = ExpositionFormat.Text) => Read(Encoding.UTF8.GetBytes(text), format);

    static List<Line> Read(byte[] text, ExpositionFormat format)
    {
        var lines = new List<Line>();
        var reader = new ExpositionReader(text, format);
        while (true)
        {
            var kind = reader.Read();
            if (kind == ExpositionLine.End)
                return lines;
            var series = kind == ExpositionLine.Sample ? reader.Series : reader.Metric;
            lines.Add(new(kind, reader.LineNumber, Encoding.UTF8.GetString(series), reader.Value, reader.HasTimestamp ? reader.Timestamp : null, Encoding.UTF8.GetString(reader.Text), reader.Error));
            if (kind == ExpositionLine.Malformed)
                return lines;
        }
    }

    [Fact]
    public void Text_GuideExample_YieldsMetadataAndSamples()
    {
        var lines = Read("# HELP active_connections Current number of active connections\n# TYPE active_connections gauge\nactive_connections 42\n\n# TYPE game_rooms_active gauge\ngame_rooms_active 12\n");
        Assert.Equal([ExpositionLine.Help, ExpositionLine.Type, ExpositionLine.Sample, ExpositionLine.Type, ExpositionLine.Sample], lines.Select(line => line.Kind));
        Assert.Equal(("active_connections", 42, 3), (lines[2].Series, lines[2].Value, lines[2].Number));
        Assert.Equal("Current number of active connections", lines[0].Text);
        Assert.Equal(("game_rooms_active", 12, 6), (lines[4].Series, lines[4].Value, lines[4].Number));
    }

    [Theory]
    [InlineData("a 1", "a", 1, null)]
    [InlineData("a{} 1", "a{}", 1, null)]
    [InlineData("a{b=\"c\"} 1 1700000000123", "a{b=\"c\"}", 1, 1700000000123)]
    [InlineData("  a{b=\"}\\\"\",} \t-1.5e3\t-7  \r", "a{b=\"}\\\"\",}", -1500, -7L)]
    [InlineData("a{b=\"x # y\"} NaN", "a{b=\"x # y\"}", double.NaN, null)]
    [InlineData("a +Inf", "a", double.PositiveInfinity, null)]
    [InlineData("a -Inf", "a", double.NegativeInfinity, null)]
    [InlineData("a {b=\"c\"} 0.1", "a {b=\"c\"}", 0.1, null)]
    [InlineData("a:b_1 123456789012345678901234567890", "a:b_1", 123456789012345678901234567890.0, null)]
    [InlineData("a 4.9406564584124654e-324", "a", 4.9406564584124654e-324, null)]
    [InlineData("a 9007199254740993", "a", 9007199254740992.0, null)]
    public void Text_Sample_IsRead(string text, string series, double value, long? at)
    {
        var line = Assert.Single(Read(text));
        Assert.Equal((ExpositionLine.Sample, series, value, at), (line.Kind, line.Series, line.Value, line.At));
    }

    [Theory]
    [InlineData("a", "a value was expected after the series")]
    [InlineData("a{b=\"c\"}", "a value was expected after the series")]
    [InlineData("a x1", "“x1” is not a number")]
    [InlineData("a 1_0", "“1_0” is not a number")]
    [InlineData("a 0x10", "“0x10” is not a number")]
    [InlineData("a 1e999", "“1e999” is not a number")]
    [InlineData("a --1", "“--1” is not a number")]
    [InlineData("a 1 2.5", "“2.5” is not a time stamp in whole milliseconds")]
    [InlineData("a 1 2 3", "“3” follows the sample")]
    [InlineData("a 1 # {trace_id=\"x\"} 1", "“#” follows the sample")]
    [InlineData("a{b=\"c", "the labels do not end")]
    [InlineData("a{b=\"c\n\"} 1", "the labels do not end")]
    [InlineData("<html>", "a metric's name was expected")]
    [InlineData("1a 1", "a metric's name was expected")]
    [InlineData("# TYPE a thing", "“thing” is not a metric type")]
    [InlineData("# TYPE", "a metric's name was expected after TYPE")]
    public void Text_Malformed_SaysLineAndReason(string text, string error)
    {
        var line = Read("ok 1\n" + text)[^1];
        Assert.Equal((ExpositionLine.Malformed, 2, error), (line.Kind, line.Number, line.Error));
    }

    [Fact]
    public void OpenMetrics_StampsInSeconds_ExemplarsSkipped()
    {
        var lines = Read("# TYPE a counter\n# UNIT a_seconds seconds\na_total{x=\"1\"} 3 1700000000.123 # {trace_id=\"q\"} 0.5 1700000000\na_created 1 1.001\n# EOF\n", ExpositionFormat.OpenMetrics);
        Assert.Equal([ExpositionLine.Type, ExpositionLine.Unit, ExpositionLine.Sample, ExpositionLine.Sample], lines.Select(line => line.Kind));
        Assert.Equal((3, 1700000000123L), (lines[2].Value, lines[2].At));
        Assert.Equal(1001, lines[3].At);
    }

    [Theory]
    [InlineData("a 1\n", "the text ends without # EOF: it was cut off")]
    [InlineData("a 1\n# EOF\nb 1\n", "there is text after # EOF")]
    [InlineData("a 1\n\n# EOF\n", "OpenMetrics allows no empty line")]
    [InlineData("# a comment\n# EOF\n", "OpenMetrics allows only HELP, TYPE, UNIT and EOF after #")]
    public void OpenMetrics_Malformed_SaysReason(string text, string error) =>
        Assert.Equal(error, Read(text, ExpositionFormat.OpenMetrics)[^1].Error);

    [Fact]
    public void OpenMetrics_InParts_NeedsItsEndOnlyInTheLast()
    {
        var first = new ExpositionReader("a 1 1\n"u8, ExpositionFormat.OpenMetrics, isLastPart: false);
        Assert.Equal((ExpositionLine.Sample, ExpositionLine.End, false), (first.Read(), first.Read(), first.IsComplete));
        var last = new ExpositionReader("a 2 2\n# EOF\n"u8, ExpositionFormat.OpenMetrics, firstLine: 2);
        Assert.Equal((ExpositionLine.Sample, 2), (last.Read(), last.LineNumber));
        Assert.Equal((ExpositionLine.End, true), (last.Read(), last.IsComplete));
    }

    [Theory]
    [InlineData("a", "a 1", true)]
    [InlineData("a", "a {b=\"c\"} 1", false)]
    [InlineData("a", "ab 1", false)]
    [InlineData("a{b=\"c\"}", "a{b=\"c\"}\t1", true)]
    [InlineData("a{b=\"c\"}", "a{b=\"d\"} 1", false)]
    public void Read_ExpectedSeries_IsTakenOnlyWhenItIsWhole(string expected, string line, bool isExpected)
    {
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes(line), ExpositionFormat.Text);
        Assert.Equal(ExpositionLine.Sample, reader.Read(Encoding.UTF8.GetBytes(expected)));
        Assert.Equal((isExpected, 1.0), (reader.IsExpected, reader.Value));
        Assert.Equal(line[..line.LastIndexOfAny([' ', '\t'])], Encoding.UTF8.GetString(reader.Series));
    }

    [Fact]
    public void Read_ThousandSamples_AllocatesNothing()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"http_requests_total{{path=\"/p{i}\",code=\"200\"}} {i}.25\n")));
        ReadAll(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = ReadAll(text);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((1000, 0L), (count, allocated));

        static int ReadAll(byte[] text)
        {
            var reader = new ExpositionReader(text, ExpositionFormat.Text);
            var count = 0;
            while (reader.Read() == ExpositionLine.Sample)
                count++;
            return count;
        }
    }

    [Fact]
    public void Read_DamagedTexts_NeverThrowsAndAlwaysEnds()
    {
        var seedText = Encoding.UTF8.GetBytes("# HELP a b\\n\n# TYPE a histogram\na_bucket{le=\"0.5\",x=\"\\\"{},\"} 12 1700000000000\na_sum -1.5e-7\n{\"q.r\",y=\"z\"} +Inf # {t=\"u\"} 1\n# EOF\n");
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var text = (byte[])seedText.Clone();
            for (var i = 0; i <= seed % 6; i++)
                text[random.Next(text.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "\"{}\\\n #,= 1a"[random.Next(12)]);
            text = text[..random.Next(1, text.Length + 1)];
            var pool = new TextPool();
            var reader = new ExpositionReader(text, seed % 2 == 0 ? ExpositionFormat.Text : ExpositionFormat.OpenMetrics);
            for (var kind = reader.Read(); kind is not (ExpositionLine.End or ExpositionLine.Malformed); kind = reader.Read())
            {
                if (kind == ExpositionLine.Sample)
                    SeriesText.Parse(reader.Series, [], pool);
                Assert.True(reader.LineNumber <= text.Length + 1);
            }
        }
    }
}
