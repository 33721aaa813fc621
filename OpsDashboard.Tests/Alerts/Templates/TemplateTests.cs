using OpsDashboard.Alerts.Templates;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Templates;

public sealed class TemplateTests
{
    static readonly Labels Series = Labels.Of("m", ("path", "/cases/open"), ("instance", "db-1.example.com:5432"));

    [Theory]
    [InlineData("plain", 1, "plain")]
    [InlineData("", 1, "")]
    [InlineData("{{ $value }}", 57, "57")]
    [InlineData("{{$value}}", 0.123456, "0.123456")]
    [InlineData("{{ .Value }}", 1e6, "1e+06")]
    [InlineData("{{ $value }}", 123456789, "1.23456789e+08")]
    [InlineData("{{ $value }}", 0.00001234, "1.234e-05")]
    [InlineData("{{ $value }}", double.NaN, "NaN")]
    [InlineData("{{ $value }}", double.NegativeInfinity, "-Inf")]
    [InlineData("{{ $value | humanize }}", 162_000_000, "162M")]
    [InlineData("{{ $value | humanize }}", 1234567, "1.235M")]
    [InlineData("{{ $value | humanize }}", 0.0042, "4.2m")]
    [InlineData("{{ $value | humanize }}", 0, "0")]
    [InlineData("{{ $value | humanize }}", double.PositiveInfinity, "+Inf")]
    [InlineData("{{ $value | humanize1024 }}B", 157_286_400, "150MiB")]
    [InlineData("{{ humanize1024 $value }}", 2048, "2ki")]
    [InlineData("{{ $value | humanizePercentage }}", 0.0512, "5.12%")]
    [InlineData("{{ $value | humanizeDuration }}", 0.82, "820ms")]
    [InlineData("{{ $value | humanizeDuration }}", 2.5, "2.5s")]
    [InlineData("{{ $value | humanizeDuration }}", 3725, "1h 2m 5s")]
    [InlineData("{{ $value | humanizeDuration }}", -90061, "-1d 1h 1m 1s")]
    [InlineData("{{ $value | humanizeTimestamp }}", 1435065584.128, "2015-06-23 13:19:44.128 +0000 UTC")]
    [InlineData("{{ printf \"%.2f|%5.1f|%-4d|%s|%q|%v|%%\" $value $value 7 \"a\" \"b\" true }}", 2.345, "2.35|  2.3|7   |a|\"b\"|true|%")]
    [InlineData("{{ printf \"%d\" $value }} {{ printf \"%s\" }} {{ printf \"x\" 1 }}", 2, "%!d(float64=2) %!s(MISSING) x%!(EXTRA int=1)")]
    [InlineData("{{ if gt $value 5.0 }}high{{ else if gt $value 2.0 }}some{{ else }}low{{ end }}", 3, "some")]
    [InlineData("{{ if and (gt $value 1.0) (lt $value 2.0) }}between{{ end }}", 1.5, "between")]
    [InlineData("{{ if or false (not true) }}a{{ else }}b{{ end }}", 1, "b")]
    [InlineData("a {{- $value -}} b", 1, "a1b")]
    [InlineData("a{{/* nothing */}}b", 1, "ab")]
    [InlineData("{{ $x := 1.5 }}{{ if true }}{{ $x = 2.5 }}{{ end }}{{ $x }}", 1, "2.5")]
    [InlineData("{{ with $labels.path }}{{ . }}{{ end }}{{ with $labels.none }}never{{ else }}!{{ end }}", 1, "/cases/open!")]
    [InlineData("{{ range $name, $text := .Labels }}{{ if eq $name \"path\" }}{{ $text }}{{ end }}{{ end }}", 1, "/cases/open")]
    [InlineData("{{ $labels.path | toUpper }} {{ \"ab cd\" | title }} {{ toLower \"AB\" }}", 1, "/CASES/OPEN Ab Cd ab")]
    [InlineData("{{ $labels.instance | stripPort }} {{ stripDomain $labels.instance }}", 1, "db-1.example.com db-1:5432")]
    [InlineData("{{ reReplaceAll \"(\\\\w+)-(\\\\d)\" \"$2-$1\" \"db-1\" }} {{ match \"^/c\" $labels.path }}", 1, "1-db true")]
    [InlineData("{{ parseDuration \"1h30m\" }} {{ len \"abc\" }} {{ index $labels \"path\" }}", 1, "5400 3 /cases/open")]
    [InlineData("{{ define \"x\" }}[{{ . }}]{{ end }}{{ template \"x\" $labels.path }}", 1, "[/cases/open]")]
    [InlineData("{{ `raw \"text\"` }} {{ 'a' }} {{ 0x10 }} {{ print 1 2 \"x\" }}", 1, "raw \"text\" 97 16 1 2x")]
    [InlineData("{{ $externalLabels.region }} {{ .ExternalURL }}{{ $labels.nothing }}", 1, "eu https://ops.example.com")]
    [InlineData("{{ (query \"up\" | first).Value }} {{ query \"up\" | first | value }} {{ with query \"up\" }}{{ . | first | label \"job\" }}{{ end }}", 1, "3 3 a")]
    [InlineData("{{ range query \"up\" | sortByLabel \"job\" }}{{ .Labels.job }}={{ .Value }};{{ end }}", 1, "a=3;b=4;")]
    [InlineData("{{ range $i, $s := query \"up\" }}{{ if eq $i 1 }}{{ break }}{{ end }}{{ $s.Labels.job }}{{ end }}", 1, "a")]
    public async Task Expand_Text_IsWhatPrometheusWrites(string template, double value, string expected) =>
        Assert.Equal(expected, await ExpandAsync(template, value));

    [Theory]
    [InlineData("{{ $value", "1:1: this action is not closed: }} is missing")]
    [InlineData("a\n{{ $value | shout }}", "2:13: function \"shout\" not defined")]
    [InlineData("{{ $nothing }}", "1:4: undefined variable $nothing")]
    [InlineData("{{ if true }}x", "1:4: {{if}} has no {{end}}")]
    [InlineData("x{{ end }}", "1:5: unexpected {{end}}")]
    [InlineData("{{ \"a }}", "1:4: this quoted text is not closed")]
    [InlineData("{{ \"a\\d\" }}", "1:7: \\d is no escape of a quoted text; use \\\\ for a backslash, or `…`")]
    [InlineData("{{ }}", "1:4: a value is missing here")]
    [InlineData("{{ 1 2 }}", "1:4: only a function takes arguments")]
    [InlineData("{{ $value | 5 }}", "1:13: behind | a function is expected")]
    [InlineData("{{ break }}", "1:4: {{break}} outside {{range}}")]
    [InlineData("{{ (1 }}", "1:7: ) is missing")]
    [InlineData("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "1:24: {{if}} has two {{else}}")]
    public void Parse_Wrong_SaysWhereAndWhy(string template, string expected) =>
        Assert.Equal(expected, Assert.Throws<TemplateException>(() => Template.Parse(template)).Message);

    [Theory]
    [InlineData("{{ query \"none\" | first }}", "1:19: error calling first: first() called on vector with no elements")]
    [InlineData("{{ query \"sum(\" }}", "1:4: error calling query: no")]
    [InlineData("{{ if gt $value 1 }}{{ end }}", "1:7: error calling gt: incompatible types for comparison")]
    [InlineData("{{ $value.x }}", "1:4: can't evaluate field x in type float64")]
    [InlineData("{{ toUpper 1 }}", "1:4: error calling toUpper: expected string; found int")]
    [InlineData("{{ humanize \"x\" }}", "1:4: error calling humanize: \"x\" is no number")]
    [InlineData("{{ match \"(\" \"x\" }}", "1:4: error calling match: \"(\" is no regular expression")]
    [InlineData("{{ template \"x\" }}", "1:4: template \"x\" not defined")]
    [InlineData("{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}", "1:20: templates call each other too deeply")]
    [InlineData("{{ range 2000000 }}{{ range 2000000 }}x{{ end }}{{ end }}", "1:39: the template makes too much text")]
    [InlineData("{{ humanize }}", "1:4: error calling humanize: wrong number of args for humanize: want 1 got 0")]
    public async Task Expand_Wrong_SaysWhereAndWhy(string template, string expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<TemplateException>(async () => await ExpandAsync(template, 2.5))).Message);

    [Fact]
    public async Task Expand_LabelThatLooksLikeATemplate_IsNotExpandedAgain() =>
        Assert.Equal("{{ $value }}", await Template.Parse("{{ $labels.x }}").ExpandAsync(new(Labels.Of("m", ("x", "{{ $value }}")), 1, TemplateSetting.None, null)));

    /// <summary>Whatever is thrown at the parser, it answers or says what is wrong.</summary>
    [Fact]
    public async Task Template_OfRandomPieces_NeverFailsOtherwise()
    {
        string[] pieces = ["{{", "}}", " ", "if", "end", "else", "range", "with", "$x", ":=", "=", "$labels", ".a", "|", "(", ")", "\"s\"", "`r`", "1", "-", "query", "first", "and", ",", "'c'", "define", "template", "/*", "*/", "\n", "é", "break", "$", "."];
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                await ExpandAsync(text, 1);
            }
            catch (TemplateException)
            {
                // A clear error is an answer.
            }
        }
    }

    static ValueTask<string> ExpandAsync(string template, double value) =>
        Template.Parse(template).ExpandAsync(new(Series, value, new(new Dictionary<string, string> { ["region"] = "eu" }, "https://ops.example.com"), Answer));

    static ValueTask<QueryResult> Answer(string expression) => expression switch
    {
        "up" => new(new QueryResult(QueryResultKind.Vector, [new(Labels.Of("up", ("job", "a")), [new(0, 3)]), new(Labels.Of("up", ("job", "b")), [new(0, 4)])], [])),
        "none" => new(new QueryResult(QueryResultKind.Vector, [], [])),
        _ => throw new PromQlException("no"),
    };
}
