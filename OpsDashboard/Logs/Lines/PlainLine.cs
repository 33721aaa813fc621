using System.Text.RegularExpressions;

namespace OpsDashboard.Logs.Lines;

/// <summary>A line of plain text: it stays as it is, and what can be recognised in it becomes parts and fields.</summary>
static partial class PlainLine
{
    /// <summary>So far into a line its event and fields are looked for.</summary>
    const int Head = 4096;

    public static void Read(string line, LineDraft draft)
    {
        draft.Message = line;
        if (AccessLine.TryRead(line, draft))
            return;
        draft.At = LineTimes.InFront(line, draft.ReceivedAt, out _);
        draft.Level = LineLevels.InText(line);
        var head = line.Length <= Head ? line : line[..Head];
        if (head.Contains('='))
            ReadPairs(head, draft);
        if (draft.Event is null && head.Contains('_') && EventShape().Match(head) is { Success: true } found)
            draft.Event = found.Value;
    }

    // user=alice ip=10.0.0.1 reason="no such user"
    static void ReadPairs(string head, LineDraft draft)
    {
        foreach (Match pair in PairShape().Matches(head))
        {
            var (name, value) = (pair.Groups[1].Value, pair.Groups[2].Value);
            if (value is ['"', .., '"'])
                value = value[1..^1].Replace("\\\"", "\"");
            if (!Take(name, value, draft))
                draft.Add(name, value);
        }
    }

    static bool Take(string name, string value, LineDraft draft)
    {
        switch (name.ToLowerInvariant())
        {
            case "time" or "ts" or "timestamp" when draft.At is null && LineTimes.OfText(value, draft.ReceivedAt) is { } at:
                draft.At = at;
                return true;
            case "level" or "lvl" or "severity" when LineLevels.OfWord(value) is not LineLevel.None and var level:
                draft.Level = level;
                return true;
            case "correlation_id" or "correlationid":
                draft.CorrelationId ??= value;
                return true;
            case "trace_id" or "traceid":
                draft.TraceId ??= value;
                return false;
            case "category":
                draft.Category ??= value;
                return true;
            case "event":
                draft.Event ??= value;
                return true;
            default:
                return false;
        }
    }

    [GeneratedRegex("""(?<![\w.&?/-])([A-Za-z_][\w.-]{0,127})=("(?:[^"\\]|\\.)*"|[^\s,;"']+)""", RegexOptions.CultureInvariant)]
    private static partial Regex PairShape();

    // AUTH_FAILED, CASE_ACCESS_DENIED
    [GeneratedRegex(@"(?<![\w=/.-])[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?![\w=/-])", RegexOptions.CultureInvariant)]
    private static partial Regex EventShape();
}
