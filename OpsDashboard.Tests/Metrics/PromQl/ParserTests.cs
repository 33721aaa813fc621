using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Metrics.PromQl.Parsing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

public class ParserTests
{
    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("-2 ^ 2", -4)]
    [InlineData("2 ^ 3 ^ 2", 512)]
    [InlineData("2 ^ -1", 0.5)]
    [InlineData("-1 * -2", 2)]
    [InlineData("7 % 4 - 1", 2)]
    [InlineData("1 < bool 2 == bool 1", 1)]
    [InlineData("0x1F", 31)]
    [InlineData("017", 15)]
    [InlineData("1_000.5e1", 10005)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData(".5", 0.5)]
    [InlineData("Inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    [InlineData("1 atan2 0", Math.PI / 2)]
    [InlineData("# a comment\n 1 # another", 1)]
    [InlineData("scalar(vector(3))", 3)]
    [InlineData("time() - 10", 90)]
    public async Task Scalar_Expression_HasItsValue(string text, double value)
    {
        var engine = new PromQlEngine(new Testing.FakeSamples(), TimeProvider.System);
        var result = await engine.Parse(text).InstantAsync(100_000, new(), default);
        Assert.Equal(value, result.Series[0].Samples[0].Value);
    }

    [Theory]
    [InlineData("", 0, "no expression found in input")]
    [InlineData("sum(", 4, "unclosed left parenthesis, expected \")\"")]
    [InlineData("foo{", 4, "unexpected end of input inside braces, expected \"}\"")]
    [InlineData("foo[5m", 6, "unclosed left bracket, expected \"]\"")]
    [InlineData("foo[5m]]", 7, "unexpected character: ']'")]
    [InlineData("foo bar", 4, "unexpected identifier \"bar\", expected an operator or the end of the expression")]
    [InlineData("1 +", 3, "unexpected end of input, expected a number, a string, a metric, a function, an aggregation or \"(\"")]
    [InlineData("foo{a=b}", 6, "unexpected identifier \"b\" in label matching, expected string")]
    [InlineData("foo{a}", 5, "unexpected \"}\" in label matching, expected label matching operator")]
    [InlineData("foo{a=\"b\" c=\"d\"}", 10, "unexpected identifier \"c\" in label matching, expected \",\" or \"}\"")]
    [InlineData("foo{a=~\"(\"}", 7, null)]
    [InlineData("{a=\"\"}", 0, "vector selector must contain at least one non-empty matcher")]
    [InlineData("foo{__name__=\"bar\"}", 13, "metric name must not be set twice: \"foo\" or \"bar\"")]
    [InlineData("rate(foo)", 5, "expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("sum(foo[5m])", 4, "expected type instant vector in aggregation expression, got range vector")]
    [InlineData("rate(foo[5m], 1)", 0, "expected 1 argument(s) in call to \"rate\", got 2")]
    [InlineData("round()", 0, "expected at least 1 argument(s) in call to \"round\", got 0")]
    [InlineData("nosuch(foo)", 0, "unknown function with name \"nosuch\"")]
    [InlineData("info(foo)", 0, "info() is an experimental function and is not supported")]
    [InlineData("topk(foo)", 0, "wrong number of arguments for aggregate expression provided, expected 2, got 1")]
    [InlineData("1 == 1", 1, "comparisons between scalars must use BOOL modifier")]
    [InlineData("foo + bool bar", 3, "bool modifier can only be used on comparison operators")]
    [InlineData("foo and 1", 0, "set operator \"and\" not allowed in binary scalar expression")]
    [InlineData("foo and on(a) group_left bar", 4, "no grouping allowed for \"and\" operation")]
    [InlineData("foo + on(a) group_left(a) bar", 12, "label \"a\" must not occur in ON and GROUP clause at once")]
    [InlineData("1 offset 5m", 2, "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery")]
    [InlineData("foo offset 5m offset 1m", 14, "offset may not be set multiple times")]
    [InlineData("foo offset 5m [1m]", 14, "no offset modifiers allowed before range")]
    [InlineData("sum(foo)[5m]", 8, "ranges only allowed for vector selectors")]
    [InlineData("foo[0s]", 4, "duration must be greater than 0")]
    [InlineData("foo[5minutes]", 4, "bad number or duration syntax: \"5minutes\"")]
    [InlineData("\"\\q\"", 1, "unknown escape sequence \\q")]
    [InlineData("\"open", 0, "unterminated quoted string")]
    [InlineData("foo ! bar", 4, "unexpected character: '!'")]
    [InlineData("sum by foo (bar)", 7, "unexpected identifier \"foo\" in grouping opts, expected \"(\"")]
    public void Text_NoExpression_SaysWhereAndWhatWasExpected(string text, int position, string? message)
    {
        var refused = Assert.Throws<PromQlException>(() => Parser.Parse(text));
        Assert.Equal(position, refused.Position);
        if (message is not null)
            Assert.Equal(message, refused.Message);
    }

    [Theory]
    [InlineData("sum")]
    [InlineData("by")]
    [InlineData("offset")]
    [InlineData("start{a=\"b\"}")]
    [InlineData("job:rate:sum5m")]
    [InlineData(":leading")]
    [InlineData("SUM(rate(foo[5m])) BY (a, b,)")]
    [InlineData("sum without(a) (foo)")]
    [InlineData("foo{a=\"b\",}")]
    [InlineData("{\"dotted.name\", \"a label\"=~`x.*`}")]
    [InlineData("foo[5m:]")]
    [InlineData("foo[5m:1m] @ end() offset 1w")]
    [InlineData("foo @ 1.5 offset -5m")]
    [InlineData("foo[300]")]
    [InlineData("foo * on(a, b) group_left(c) bar")]
    [InlineData("label_replace(foo, \"a\", \"$1\", \"b\", \"(.*)\")")]
    public void Text_Expression_IsRead(string text) => Assert.NotNull(Parser.Parse(text));

    [Fact]
    public void Text_NestedTooDeep_IsRefused()
    {
        Assert.Throws<PromQlException>(() => Parser.Parse(new string('(', 5_000) + "1" + new string(')', 5_000)));
        Assert.Throws<PromQlException>(() => Parser.Parse(new string('-', 5_000) + "1"));
        Assert.Throws<PromQlException>(() => Parser.Parse(string.Concat(Enumerable.Repeat("1^", 5_000)) + "1"));
        Assert.Throws<PromQlException>(() => Parser.Parse(string.Concat(Enumerable.Repeat("1+", 5_000)) + "1"));
        Assert.Throws<PromQlException>(() => Parser.Parse("a" + string.Concat(Enumerable.Repeat("[1m:]", 5_000))));
        Parser.Parse(string.Concat(Enumerable.Repeat("1+", 900)) + "1");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Text_OfRandomPieces_IsReadOrRefused(int seed)
    {
        string[] pieces = ["sum", "rate", "(", ")", "[", "]", "{", "}", "5m", "1", "foo", "by", "on", "offset", "@", "-", "+", "*", "\"x\"", "=", "=~", "!=", ",", ":", "bool", "group_left", " ", "#", "\n", "'", "\\", "0x", "1e", "é", "topk", "start"];
        var random = new Random(seed);
        for (var i = 0; i < 30_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Parser.Parse(text);
            }
            catch (PromQlException refused)
            {
                Assert.InRange(refused.Position, 0, text.Length);
            }
        }
    }
}
