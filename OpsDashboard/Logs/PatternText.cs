using System.Text;

namespace OpsDashboard.Logs;

/// <summary>The part of a line that stays the same: numbers, ids, hex, times, addresses and quoted parts become <c>*</c>.</summary>
public static class PatternText
{
    /// <summary>Of a line this much counts; what is the same so far is the same pattern.</summary>
    const int Length = 200;

    /// <summary>So many letters a to f in a row, and nothing else, are a number rather than a word.</summary>
    const int ShortestHex = 8;

    /// <summary>Hex with hyphens, so long at least, is an id.</summary>
    const int ShortestId = 16;

    /// <summary>Of a request it is what was asked and how it was answered, not the form of the log.</summary>
    public static string Of(LogEntry entry)
    {
        if (entry.Event is not null || Field("method") is not { } method || Field("path") is not { } path || Field("status") is not { } status)
            return Of(entry.Message);
        return $"{method} {Of(path.Split('?')[0])} {status}";

        string? Field(string name) => entry.Fields.FirstOrDefault(field => field.Name == name).Value;
    }

    public static string Of(string message)
    {
        var text = new StringBuilder(Math.Min(message.Length, Length));
        var at = 0;
        while (at < message.Length && text.Length < Length)
        {
            var next = message[at];
            if (next is '"' or '\'' or '`' && Quoted(message, at) is var end and > 0)
            {
                Star(text);
                at = end;
            }
            else if (Id(message, at) is var idEnd and > 0)
            {
                Star(text);
                at = idEnd;
            }
            else if (IsWord(next))
            {
                end = at;
                while (end < message.Length && (IsWord(message[end]) || message[end] == '@'))
                    end++;
                // What stands behind "=" is a value, whatever it looks like.
                if (Changes(message.AsSpan(at, end - at)) || text is [.., '='])
                    Star(text);
                else
                    text.Append(message, at, end - at);
                at = end;
            }
            else
            {
                // One line break or several spaces are one space.
                if (!char.IsWhiteSpace(next))
                    text.Append(next);
                else if (text is not [.., ' '])
                    text.Append(' ');
                at++;
            }
        }
        return text.ToString(0, Math.Min(text.Length, Length)).TrimEnd();
    }

    static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    static bool Changes(ReadOnlySpan<char> word)
    {
        var onlyHex = word.Length >= ShortestHex;
        foreach (var letter in word)
        {
            if (char.IsDigit(letter) || letter == '@')
                return true;
            onlyHex &= char.IsAsciiHexDigit(letter);
        }
        return onlyHex;
    }

    // A UUID has parts that look like words.
    static int Id(string message, int at)
    {
        if (!char.IsAsciiHexDigit(message[at]) || (at > 0 && IsWord(message[at - 1])))
            return 0;
        var (end, hasDigit, hasHyphen) = (at, false, false);
        for (; end < message.Length && (char.IsAsciiHexDigit(message[end]) || message[end] == '-'); end++)
        {
            hasDigit |= char.IsDigit(message[end]);
            hasHyphen |= message[end] == '-';
        }
        return end - at >= ShortestId && hasDigit && hasHyphen && (end == message.Length || !IsWord(message[end])) ? end : 0;
    }

    // An apostrophe inside a word quotes nothing. 0: no quote ends what begins here.
    static int Quoted(string message, int at)
    {
        if (at > 0 && IsWord(message[at - 1]))
            return 0;
        var end = message.IndexOf(message[at], at + 1);
        return end < 0 || end - at > 1000 ? 0 : end + 1;
    }

    // 10.0.0.7:80, 03:00:00.123 and a UUID are one star, not five.
    static void Star(StringBuilder text)
    {
        var last = text.Length;
        while (last > 0 && text[last - 1] is '.' or ':' or '-' or '/' or ',' or '+')
            last--;
        if (last > 0 && last < text.Length && text[last - 1] == '*')
            text.Length = last;
        else if (text is not [.., '*'])
            text.Append('*');
    }
}
