using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics.Collectors.Relabelling;

/// <summary>Prometheus' relabelling actions.</summary>
public enum RelabelAction { Replace, Keep, Drop, KeepEqual, DropEqual, HashMod, LabelMap, LabelDrop, LabelKeep, Lowercase, Uppercase }

/// <summary>One step of relabelling, with Prometheus' words, defaults and meaning (model/relabel). Immutable.</summary>
public sealed record RelabelRule
{
    public const string AnyText = "(.*)";

    readonly Regex compiled = Compile(AnyText);

    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    public string Separator { get; init; } = ";";

    /// <summary>Anchored at both ends.</summary>
    public string Pattern
    {
        get;
        init
        {
            field = value;
            compiled = Compile(value);
        }
    } = AnyText;

    public string TargetLabel { get; init; } = "";

    public string Replacement { get; init; } = "$1";

    public ulong Modulus { get; init; }

    public RelabelAction Action { get; init; }

    [JsonIgnore]
    public bool HasPattern => Pattern != AnyText;

    /// <summary>Changes the labels in place.</summary>
    /// <returns>False where the rule drops the series or target.</returns>
    public bool Apply(List<Label> labels)
    {
        var source = string.Join(Separator, SourceLabels.Select(name => Value(labels, name)));
        switch (Action)
        {
            case RelabelAction.Keep:
                return compiled.IsMatch(source);
            case RelabelAction.Drop:
                return !compiled.IsMatch(source);
            case RelabelAction.KeepEqual:
                return Value(labels, TargetLabel) == source;
            case RelabelAction.DropEqual:
                return Value(labels, TargetLabel) != source;
            case RelabelAction.Replace:
                Replace(labels, source);
                break;
            case RelabelAction.Lowercase:
                Set(labels, TargetLabel, source.ToLowerInvariant());
                break;
            case RelabelAction.Uppercase:
                Set(labels, TargetLabel, source.ToUpperInvariant());
                break;
            case RelabelAction.HashMod:
                Set(labels, TargetLabel, (Hash(source) % Modulus).ToString());
                break;
            case RelabelAction.LabelMap:
                foreach (var label in labels.ToList())
                {
                    if (compiled.Match(label.Name) is { Success: true } match)
                        Set(labels, Expand(Replacement, match), label.Value);
                }
                break;
            case RelabelAction.LabelDrop:
                labels.RemoveAll(label => compiled.IsMatch(label.Name));
                break;
            case RelabelAction.LabelKeep:
                labels.RemoveAll(label => !compiled.IsMatch(label.Name));
                break;
        }
        return true;
    }

    /// <exception cref="RegexParseException">The pattern is not a regular expression.</exception>
    public static Regex Compile(string pattern) => new($"^(?s:{pattern.Replace("(?P<", "(?<")})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    void Replace(List<Label> labels, string source)
    {
        if (compiled.Match(source) is not { Success: true } match)
            return;
        var target = Expand(TargetLabel, match);
        if (target.Length > 0)
            Set(labels, target, Expand(Replacement, match));
    }

    static string Value(List<Label> labels, string name) => labels.Find(label => label.Name == name).Value ?? "";

    static void Set(List<Label> labels, string name, string value)
    {
        labels.RemoveAll(label => label.Name == name);
        if (value.Length > 0)
            labels.Add(new(name, value));
    }

    /// <summary>Go's expansion: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>$$</c>; the name is the longest run of letters, digits and underscores; an unknown one is empty.</summary>
    static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                text.Append(template[i]);
                continue;
            }
            if (template[i + 1] == '$')
            {
                text.Append('$');
                i++;
                continue;
            }
            var isBraced = template[i + 1] == '{';
            var start = i + (isBraced ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
                end++;
            if (end == start || (isBraced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }
            text.Append(match.Groups[template[start..end]].Value);
            i = isBraced ? end : end - 1;
        }
        return text.ToString();
    }

    // Prometheus takes the last eight bytes of MD5, big-endian; another hash would shard otherwise than its own servers do.
    static ulong Hash(string text) => BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(8));
}
