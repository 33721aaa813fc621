using System.Text;
using System.Text.Unicode;

namespace OpsDashboard.Metrics.Collectors.Exposition;

/// <summary>The written form of a series, <c>name{label="value",…}</c>; also <c>{"any name",label="value"}</c> for names beyond the classic characters.</summary>
public static class SeriesText
{
    /// <summary>How many bytes the series takes that the text begins with; 0 where none begins here, -1 where its labels do not end in this line.</summary>
    public static int Measure(ReadOnlySpan<byte> text)
    {
        var name = NameLength(text, allowColon: true);
        if (name == 0 && (text.Length == 0 || text[0] != (byte)'{'))
            return 0;
        var open = name + Blanks(text[name..]);
        return open < text.Length && text[open] == (byte)'{' ? MeasureLabels(text, open + 1) : name;
    }

    /// <summary>Adds the labels of a measured series, the metric's name among them; returns what is wrong with it, or null.</summary>
    public static string? Parse(ReadOnlySpan<byte> series, List<Label> labels, TextPool pool)
    {
        if (!Utf8.IsValid(series))
            return "the labels are not UTF-8";
        var first = labels.Count;
        var name = NameLength(series, allowColon: true);
        if (name > 0)
            labels.Add(new(Labels.NameLabel, pool.Take(series[..name])));
        var rest = series[name..];
        rest = rest[Blanks(rest)..];
        if (rest.Length == 0)
            return null;
        rest = rest[1..^1];
        while (true)
        {
            rest = rest[Blanks(rest)..];
            if (rest.Length == 0)
                break;
            if (ParseLabel(ref rest, labels, first, pool) is { } error)
                return error;
            rest = rest[Blanks(rest)..];
            if (rest.Length > 0 && rest[0] != (byte)',')
                return "a comma was expected between labels";
            if (rest.Length > 0)
                rest = rest[1..];
        }
        return labels.Skip(first).Any(label => label.Name == Labels.NameLabel) ? null : "the series has no name";
    }

    /// <summary>A help text or label value without its escapes: <c>\\</c>, <c>\n</c>, <c>\"</c>; others stay as they are.</summary>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        var decoded = Encoding.UTF8.GetString(text);
        if (!decoded.Contains('\\'))
            return decoded;
        var plain = new StringBuilder(decoded.Length);
        for (var i = 0; i < decoded.Length; i++)
        {
            var next = decoded[i] == '\\' && i + 1 < decoded.Length ? decoded[i + 1] : '\0';
            if (next is 'n' or '\\' or '"')
            {
                plain.Append(next == 'n' ? '\n' : next);
                i++;
            }
            else
            {
                plain.Append(decoded[i]);
            }
        }
        return plain.ToString();
    }

    static string? ParseLabel(ref ReadOnlySpan<byte> rest, List<Label> labels, int first, TextPool pool)
    {
        var length = NameLength(rest, allowColon: false);
        string name;
        if (length > 0)
        {
            name = pool.Take(rest[..length]);
            rest = rest[length..];
        }
        else if (rest[0] == (byte)'"')
        {
            name = TakeQuoted(ref rest, pool);
        }
        else
        {
            return "a label's name was expected";
        }
        rest = rest[Blanks(rest)..];
        if (length == 0 && (rest.Length == 0 || rest[0] == (byte)','))
        {
            if (labels.Count > first)
                return $"the metric's name {name} must come first";
            labels.Add(new(Labels.NameLabel, name));
            return null;
        }
        if (rest.Length == 0 || rest[0] != (byte)'=')
            return $"= was expected after the label {name}";
        rest = rest[1..];
        rest = rest[Blanks(rest)..];
        if (rest.Length == 0 || rest[0] != (byte)'"')
            return $"the value of the label {name} must stand in quotes";
        foreach (var label in labels.Skip(first))
        {
            if (label.Name == name)
                return $"the label {name} occurs twice";
        }
        labels.Add(new(name, TakeQuoted(ref rest, pool)));
        return null;
    }

    static string TakeQuoted(ref ReadOnlySpan<byte> rest, TextPool pool)
    {
        var end = QuotedLength(rest);
        var inner = rest[1..(end - 1)];
        rest = rest[end..];
        return inner.Contains((byte)'\\') ? Unescape(inner) : pool.Take(inner);
    }

    static int MeasureLabels(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length)
        {
            var step = text[position..].IndexOfAny((byte)'"', (byte)'}', (byte)'\n');
            if (step < 0)
                return -1;
            position += step;
            if (text[position] == (byte)'}')
                return position + 1;
            var quoted = text[position] == (byte)'\n' ? 0 : QuotedLength(text[position..]);
            if (quoted == 0)
                return -1;
            position += quoted;
        }
        return -1;
    }

    /// <summary>Length of the quoted text at the beginning with both quotes; 0 where it does not end in this line.</summary>
    static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length;)
        {
            var step = text[i..].IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
            if (step < 0 || text[i + step] == (byte)'\n')
                return 0;
            i += step + 1;
            if (text[i - 1] == (byte)'"')
                return i;
            if (i < text.Length && text[i] == (byte)'\n')
                return 0;
            i++;
        }
        return 0;
    }

    static int NameLength(ReadOnlySpan<byte> text, bool allowColon)
    {
        var length = 0;
        while (length < text.Length && IsNameCharacter(text[length], length > 0, allowColon))
            length++;
        return length;
    }

    static bool IsNameCharacter(byte character, bool allowDigit, bool allowColon) => character switch
    {
        >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or (byte)'_' => true,
        >= (byte)'0' and <= (byte)'9' => allowDigit,
        (byte)':' => allowColon,
        _ => false,
    };

    static int Blanks(ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return count < 0 ? text.Length : count;
    }
}
