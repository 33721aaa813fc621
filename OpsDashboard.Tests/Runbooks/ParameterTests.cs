using OpsDashboard.Runbooks;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class ParameterTests
{
    static RunbookParameter Of(ParameterType type) => new() { Name = "p", Title = "P", Type = type };

    [Theory]
    [InlineData("case-opening-api", null)]
    [InlineData("a; rm -rf /", null)]
    [InlineData("$(reboot) `id` \"'", null)]
    [InlineData("../../etc/passwd", null)]
    [InlineData("two\nlines", "holds no line breaks and no control characters.")]
    [InlineData("null\0byte", "holds no line breaks and no control characters.")]
    [InlineData("--option", "does not begin with a hyphen.")]
    [InlineData("   ", "is not empty.")]
    public void Text_IsOneLiteralOrRefused(string value, string? expected) => Assert.Equal(expected, Of(ParameterType.Text).Reject(value));

    [Fact]
    public void Text_TooLong_IsRefused() => Assert.Equal("has at most 1000 characters.", Of(ParameterType.Text).Reject(new('x', 1001)));

    [Theory]
    [InlineData(ParameterType.Integer, "4", null)]
    [InlineData(ParameterType.Integer, "4.5", "is a whole number.")]
    [InlineData(ParameterType.Integer, "1", "is at least 2.")]
    [InlineData(ParameterType.Integer, "11", "is at most 10.")]
    [InlineData(ParameterType.Integer, "４", "is a whole number.")]
    [InlineData(ParameterType.Number, "2.5", null)]
    [InlineData(ParameterType.Number, "NaN", "is a number.")]
    [InlineData(ParameterType.Number, "1e999", "is a number.")]
    [InlineData(ParameterType.Duration, "5s", null)]
    [InlineData(ParameterType.Duration, "1m", "is at most 10.")]
    [InlineData(ParameterType.Duration, "soon", "is a duration such as 30s, 5m or 1h.")]
    public void Numbers_KeepTheirBounds(ParameterType type, string value, string? expected) => Assert.Equal(expected, (Of(type) with { Least = 2, Most = 10 }).Reject(value));

    [Theory]
    [InlineData("true", null)]
    [InlineData("yes", "is true or false.")]
    public void Flag_IsTrueOrFalse(string value, string? expected) => Assert.Equal(expected, Of(ParameterType.Flag).Reject(value));

    [Fact]
    public void Allowed_NothingElsePasses()
    {
        var parameter = Of(ParameterType.Text) with { Allowed = ["api", "web"] };
        Assert.Null(parameter.Reject("web"));
        Assert.Equal("is one of api, web.", parameter.Reject("db"));
    }
}
