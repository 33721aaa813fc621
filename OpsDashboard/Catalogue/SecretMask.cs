using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpsDashboard.Catalogue;

/// <summary>
/// Takes secrets out of what is shown, logged or audited. Files should name where a secret is, not hold it; where somebody wrote one all the same,
/// it stays between the file and the collector. What is masked is never read back.
/// </summary>
public static partial class SecretMask
{
    public const string Mask = "•••";

    /// <summary>An address, or a sentence with addresses in it: without passwords and secret-looking parameters.</summary>
    public static string Text(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal) && !text.Contains('='))
            return text;
        text = UserInfo().Replace(text, match => match.Groups["user"].Success ? $"{match.Groups["user"].Value}:{Mask}@" : $"{Mask}@");
        text = QueryParameter().Replace(text, match => IsSecret(match.Groups["name"].Value) || match.Groups["name"].Value is "key" ? $"{match.Groups["before"].Value}{Mask}" : match.Value);
        return ConnectionPart().Replace(text, match => $"{match.Groups["before"].Value}{Mask}");
    }

    /// <summary>A document of the catalogue: without the values of headers, basic authentication and keys that sound like secrets.</summary>
    public static string Document(string yaml)
    {
        try
        {
            return Text(Replaced(yaml, SecretPlaces(yaml)));
        }
        catch (YamlException)
        {
            return Text(ByLines(yaml));
        }
    }

    /// <summary>Whether a value of this name is a secret; the names of places where one is kept are none.</summary>
    public static bool IsSecret(string name) => SecretName().IsMatch(name) && !IsPlace(name);

    static bool IsPlace(string name) => name.EndsWith("_env", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_file", StringComparison.OrdinalIgnoreCase) || name is "files";

    // In Prometheus' words all that stands in these is sent to prove who asks.
    static bool HoldsSecrets(string name) => name is "http_headers" or "basic_auth" || IsSecret(name);

    static List<(int Start, int End)> SecretPlaces(string yaml)
    {
        var places = new List<(int, int)>();
        var levels = new Stack<Level>();
        var parser = new Parser(new StringReader(yaml));
        while (parser.MoveNext())
        {
            var level = levels.TryPeek(out var top) ? top : null;
            switch (parser.Current)
            {
                case MappingStart or SequenceStart:
                    levels.Push(new(parser.Current is MappingStart, level is not null && (level.IsSecret || (level.Key is { } name && HoldsSecrets(name)))));
                    break;
                case MappingEnd or SequenceEnd:
                    levels.Pop();
                    if (levels.TryPeek(out var outer))
                        outer.Key = null;
                    break;
                case Scalar { IsKey: true } key when level is not null:
                    level.Key = key.Value;
                    break;
                case Scalar value when level is not null:
                    // authorization: { type: Bearer } says how, not what.
                    if ((level.IsSecret && !(level.Key is { } place && (IsPlace(place) || place == "type"))) || (level.Key is { } own && HoldsSecrets(own)))
                        places.Add(((int)value.Start.Index, (int)value.End.Index));
                    if (level.IsMap)
                        level.Key = null;
                    break;
            }
        }
        return places;
    }

    static string Replaced(string yaml, List<(int Start, int End)> places)
    {
        var text = new StringBuilder();
        var from = 0;
        foreach (var (start, end) in places.OrderBy(place => place.Start))
        {
            var value = yaml[start..end].TrimEnd();
            text.Append(yaml, from, start - from);
            // A variable says where the value comes from; it is none itself.
            text.Append(value.Length == 0 || Variable().IsMatch(value) ? value : Mask);
            from = start + value.Length;
        }
        return text.Append(yaml, from, yaml.Length - from).ToString();
    }

    // For a text that is no YAML at the moment: rather too much than too little.
    static string ByLines(string yaml)
    {
        var lines = yaml.Split('\n');
        var hidden = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            if (hidden >= 0 && (indent > hidden || lines[i].Trim().Length == 0))
            {
                lines[i] = lines[i].Trim().Length == 0 ? lines[i] : lines[i][..indent] + Mask;
                continue;
            }
            hidden = -1;
            if (Line().Match(lines[i]) is not { Success: true } match || !match.Groups["name"].Captures.Any(name => HoldsSecrets(name.Value)))
                continue;
            hidden = indent;
            lines[i] = match.Groups["before"].Value + (match.Groups["value"].Value.Trim().Length == 0 ? "" : $" {Mask}");
        }
        return string.Join('\n', lines);
    }

    sealed class Level(bool isMap, bool isSecret)
    {
        public bool IsMap { get; } = isMap;
        public bool IsSecret { get; } = isSecret;
        public string? Key { get; set; }
    }

    [GeneratedRegex("pass(word|wd|phrase)?$|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|signature|^sig$|^auth$|authorization|credential|session[-_]?id|cookie", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"(?<=://)(?:(?<user>[^/\s:@'""?#]*):[^/\s'""]*|[^/\s:@'""?#]+)@(?=[^/\s@])", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<before>[?&](?<name>[^=&\s?#'""]+)=)(?!\$\{)[^&\s'""#]+", RegexOptions.CultureInvariant)]
    private static partial Regex QueryParameter();

    [GeneratedRegex(@"(?<before>\b(?:password|passwd|pwd)\s*=\s*)(?!\$\{)(?:""[^""]*""|'[^']*'|[^;,\s""'&]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ConnectionPart();

    [GeneratedRegex(@"^[""']?\$\{[A-Za-z_][A-Za-z0-9_]*\}[""']?$", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<before>[\s-]*(?:\{\s*)?[""']?(?<name>[\w.-]+)[""']?\s*:)(?<value>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
