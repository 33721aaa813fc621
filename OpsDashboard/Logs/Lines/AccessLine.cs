using System.Text.RegularExpressions;

namespace OpsDashboard.Logs.Lines;

/// <summary>A line of a web server's access log, in the common or the combined form.</summary>
static partial class AccessLine
{
    public static bool TryRead(string line, LineDraft draft)
    {
        // Cheap before dear: no other lines have a quote behind a bracket.
        if (line.Length > 16 * 1024 || !line.Contains("] \"", StringComparison.Ordinal))
            return false;
        var match = Shape().Match(line);
        if (!match.Success)
            return false;
        draft.At = LineTimes.InFront($"[{match.Groups["time"].Value}]", draft.ReceivedAt, out _);
        Add("ip");
        Add("user");
        Add("method");
        Add("path");
        Add("protocol");
        Add("status", isLiteral: true);
        Add("bytes", isLiteral: true);
        Add("referer");
        Add("agent", "user_agent");
        Add("seconds", "duration_seconds", isLiteral: true);
        return true;

        void Add(string group, string? name = null, bool isLiteral = false)
        {
            if (match.Groups[group] is { Success: true, Value: not ("-" or "") and var value })
                draft.Add(name ?? group, value, isLiteral);
        }
    }

    [GeneratedRegex("""^(?<ip>\S+) \S+ (?<user>\S+) \[(?<time>[^\]]+)\] "(?:(?<method>[A-Za-z]+) (?<path>\S+)(?: (?<protocol>[^"]+))?|[^"]*)" (?<status>\d{3}) (?<bytes>\d+|-)(?: "(?<referer>[^"]*)" "(?<agent>(?:[^"\\]|\\.)*)")?(?: (?<seconds>\d+(?:\.\d+)?))?""", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
