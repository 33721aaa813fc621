using System.Text;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors.Exposition;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Exposition;

public sealed class SeriesTextTests
{
    static (Labels? Labels, string? Error) Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    static (Labels? Labels, string? Error) Parse(byte[] text)
    {
        var labels = new List<Label>();
        Assert.Equal(text.Length, SeriesText.Measure(text));
        var error = SeriesText.Parse(text, labels, new TextPool());
        return (error is null ? Labels.From(labels) : null, error);
    }

    [Fact]
    public void Parse_EscapesAndUnicode_AreRead() =>
        Assert.Equal(Labels.Of("a", ("b", "\\ \" \n \\t"), ("c", "ü€")), Parse("a{b=\"\\\\ \\\" \\n \\t\", c = \"ü€\" ,}").Labels);

    [Fact]
    public void Parse_QuotedName_IsTheMetric() => Assert.Equal(Labels.Of("http.requests", ("a.b", "c")), Parse("{\"http.requests\",\"a.b\"=\"c\"}").Labels);

    [Fact]
    public void Parse_EmptyValue_IsNoLabel() => Assert.Equal(Labels.Of("a"), Parse("a{b=\"\"}").Labels);

    [Theory]
    [InlineData("a{b=\"1\",b=\"2\"}", "the label b occurs twice")]
    [InlineData("a{b=\"1\" c=\"2\"}", "a comma was expected between labels")]
    [InlineData("a{b}", "= was expected after the label b")]
    [InlineData("a{b=c}", "the value of the label b must stand in quotes")]
    [InlineData("a{1=\"c\"}", "a label's name was expected")]
    [InlineData("a{,}", "a label's name was expected")]
    [InlineData("{b=\"c\"}", "the series has no name")]
    [InlineData("{b=\"c\",\"a\"}", "the metric's name a must come first")]
    public void Parse_Malformed_SaysWhat(string text, string error) => Assert.Equal(error, Parse(text).Error);

    [Fact]
    public void Parse_WrongEncoding_IsRefused() => Assert.Equal("the labels are not UTF-8", Parse([.. "a{b=\""u8, 0xFF, 0xC0, .. "\"}"u8]).Error);

    [Fact]
    public void TextPool_SameText_IsTheSameString()
    {
        var pool = new TextPool();
        Assert.Same(pool.Take("abc"u8), pool.Take("abc"u8));
        Assert.Equal(new string('x', 500), pool.Take(Encoding.UTF8.GetBytes(new string('x', 500))));
    }
}
