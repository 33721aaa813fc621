using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Metrics.PromQl.Functions;

namespace OpsDashboard.Alerts.Templates;

/// <summary>The functions of Prometheus' template reference and of Go's text/template, and <c>componentName $system $component</c>. What a function cannot do it throws as <see cref="ArgumentException"/>.</summary>
static class FunctionTable
{
    static readonly Dictionary<string, (int Least, int Most, Func<object?[], TemplateData, object?> Call)> Functions = new()
    {
        ["humanize"] = (1, 1, (a, _) => Humanize.Decimal(Values.Number(a[0]))),
        ["humanize1024"] = (1, 1, (a, _) => Humanize.Binary(Values.Number(a[0]))),
        ["humanizeDuration"] = (1, 1, (a, _) => Humanize.Duration(Values.Number(a[0]))),
        ["humanizePercentage"] = (1, 1, (a, _) => Humanize.Percentage(Values.Number(a[0]))),
        ["humanizeTimestamp"] = (1, 1, (a, _) => Humanize.Timestamp(Values.Number(a[0]))),
        ["toTime"] = (1, 1, (a, _) => Humanize.Time(Values.Number(a[0]))),
        ["title"] = (1, 1, (a, _) => Title(Values.Text(a[0]))),
        ["toUpper"] = (1, 1, (a, _) => Values.Text(a[0]).ToUpperInvariant()),
        ["toLower"] = (1, 1, (a, _) => Values.Text(a[0]).ToLowerInvariant()),
        ["match"] = (2, 2, (a, _) => Pattern(a[0]).IsMatch(Values.Text(a[1]))),
        ["reReplaceAll"] = (3, 3, (a, _) => Pattern(a[0]).Replace(Values.Text(a[2]), match => LabelFunctions.Expanded(Values.Text(a[1]), match))),
        ["stripPort"] = (1, 1, (a, _) => StripPort(Values.Text(a[0]))),
        ["stripDomain"] = (1, 1, (a, _) => StripDomain(Values.Text(a[0]))),
        ["parseDuration"] = (1, 1, (a, _) => PrometheusDuration.TryParse(Values.Text(a[0]))?.TotalSeconds ?? throw new ArgumentException($"not a valid duration string: \"{a[0]}\"")),
        ["graphLink"] = (1, 1, (a, _) => $"/graph?g0.expr={WebUtility.UrlEncode(Values.Text(a[0]))}&g0.tab=0"),
        ["tableLink"] = (1, 1, (a, _) => $"/graph?g0.expr={WebUtility.UrlEncode(Values.Text(a[0]))}&g0.tab=1"),
        ["pathPrefix"] = (0, 0, (_, data) => Uri.TryCreate(data.ExternalUrl, UriKind.Absolute, out var url) ? url.AbsolutePath.TrimEnd('/') : ""),
        ["externalURL"] = (0, 0, (_, data) => data.ExternalUrl),
        // Not Prometheus': a component by the name that people call it.
        ["componentName"] = (2, 2, (a, data) => data.Setting.NameOf?.Invoke(Values.Text(a[0]), Values.Text(a[1])) ?? Values.Text(a[1])),
        ["safeHtml"] = (1, 1, (a, _) => Values.Text(a[0])),
        ["first"] = (1, 1, (a, _) => List(a[0]) is [var first, ..] ? first : throw new ArgumentException("first() called on vector with no elements")),
        ["label"] = (2, 2, (a, _) => Sample(a[1]).Labels.GetValueOrDefault(Values.Text(a[0]), "")),
        ["value"] = (1, 1, (a, _) => Sample(a[0]).Value),
        ["strvalue"] = (1, 1, (a, _) => Sample(a[0]).Labels.GetValueOrDefault("__value__", "")),
        ["sortByLabel"] = (2, 2, (a, _) => List(a[1]).OrderBy(sample => Sample(sample).Labels.GetValueOrDefault(Values.Text(a[0]), ""), StringComparer.Ordinal).ToList()),
        ["args"] = (0, int.MaxValue, (a, _) => a.Select((value, index) => (Key: $"arg{index}", value)).ToDictionary(pair => pair.Key, pair => pair.value)),
        ["not"] = (1, 1, (a, _) => !Values.IsTrue(a[0])),
        ["len"] = (1, 1, (a, _) => Length(a[0])),
        ["index"] = (1, int.MaxValue, (a, _) => a.Skip(1).Aggregate(a[0], Index)),
        ["print"] = (0, int.MaxValue, (a, _) => Print(a)),
        ["println"] = (0, int.MaxValue, (a, _) => string.Join(' ', a.Select(Values.Print)) + "\n"),
        ["printf"] = (1, int.MaxValue, (a, _) => GoFormat.Printf(Values.Text(a[0]), a[1..])),
        ["html"] = (0, int.MaxValue, (a, _) => WebUtility.HtmlEncode(Print(a))),
        ["urlquery"] = (0, int.MaxValue, (a, _) => WebUtility.UrlEncode(Print(a))),
        ["eq"] = (2, int.MaxValue, (a, _) => a.Skip(1).Any(other => Compare(a[0], other) == 0)),
        ["ne"] = (2, 2, (a, _) => Compare(a[0], a[1]) != 0),
        ["lt"] = (2, 2, (a, _) => Compare(a[0], a[1]) < 0),
        ["le"] = (2, 2, (a, _) => Compare(a[0], a[1]) <= 0),
        ["gt"] = (2, 2, (a, _) => Compare(a[0], a[1]) > 0 && !HasNaN(a)),
        ["ge"] = (2, 2, (a, _) => Compare(a[0], a[1]) >= 0 && !HasNaN(a)),
    };

    /// <summary>What the executor does itself, because it waits or stops early.</summary>
    static readonly HashSet<string> Special = ["query", "and", "or"];

    public static bool Knows(string name) => Functions.ContainsKey(name) || Special.Contains(name);

    public static object? Call(string name, object?[] arguments, TemplateData data)
    {
        var (least, most, call) = Functions[name];
        if (arguments.Length < least || arguments.Length > most)
            throw new ArgumentException($"wrong number of args for {name}: want {(most == least ? "" : "at least ")}{least} got {arguments.Length}");
        return call(arguments, data);
    }

    static Regex Pattern(object? pattern)
    {
        try
        {
            return new(Values.Text(pattern).Replace("(?P<", "(?<"), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception refused) when (refused is RegexParseException or NotSupportedException)
        {
            throw new ArgumentException($"\"{pattern}\" is no regular expression");
        }
    }

    static IReadOnlyList<object?> List(object? value) => value as IReadOnlyList<object?> ?? throw new ArgumentException($"expected the answer of a query; found {Values.TypeName(value)}");

    static SampleValue Sample(object? value) => value as SampleValue ?? throw new ArgumentException($"expected a sample; found {Values.TypeName(value)}");

    static object Length(object? value) => value switch
    {
        string text => (long)System.Text.Encoding.UTF8.GetByteCount(text),
        IReadOnlyList<object?> list => (long)list.Count,
        IReadOnlyDictionary<string, string> map => (long)map.Count,
        IReadOnlyDictionary<string, object?> map => (long)map.Count,
        _ => throw new ArgumentException($"len of type {Values.TypeName(value)}"),
    };

    static object? Index(object? value, object? key) => (value, key) switch
    {
        (IReadOnlyList<object?> list, long index) => index >= 0 && index < list.Count ? list[(int)index] : throw new ArgumentException($"index out of range: {index}"),
        (IReadOnlyDictionary<string, string> or IReadOnlyDictionary<string, object?>, string name) => Values.Field(value, name),
        _ => throw new ArgumentException($"can't index {Values.TypeName(value)} with {Values.TypeName(key)}"),
    };

    // Go's Sprint: a blank between two operands neither of which is a text.
    static string Print(object?[] values)
    {
        var text = "";
        for (var i = 0; i < values.Length; i++)
            text += (i > 0 && values[i] is not string && values[i - 1] is not string ? " " : "") + Values.Print(values[i]);
        return text;
    }

    static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a == b ? 0 : 1,
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? 1 : a.CompareTo(b),
        (null, null) => 0,
        _ => throw new ArgumentException("incompatible types for comparison"),
    };

    static bool HasNaN(object?[] values) => values.Any(value => value is double.NaN);

    static string Title(string text)
    {
        var previous = ' ';
        return string.Concat(text.Select(letter =>
        {
            var now = char.IsLetterOrDigit(previous) || previous is '_' or '\'' ? letter : char.ToUpper(letter, CultureInfo.InvariantCulture);
            previous = letter;
            return now;
        }));
    }

    static string StripPort(string address) => address.LastIndexOf(':') is > 0 and var colon && (address[..colon].IndexOf(':') < 0 || address[colon - 1] == ']') ? address[..colon].Trim('[', ']') : address;

    static string StripDomain(string address)
    {
        var host = StripPort(address);
        if (IPAddress.TryParse(host, out _))
            return address;
        return host.Split('.')[0] + address[host.Length..];
    }
}
