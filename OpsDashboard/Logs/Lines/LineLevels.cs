using System.Text.RegularExpressions;

namespace OpsDashboard.Logs.Lines;

/// <summary>The words that programs use for how grave a line is.</summary>
public static partial class LineLevels
{
    /// <summary>So far into a line its level is looked for.</summary>
    const int Head = 160;

    /// <summary>None: no such word.</summary>
    public static LineLevel OfWord(ReadOnlySpan<char> word)
    {
        Span<char> lower = stackalloc char[16];
        if (word.Length is 0 or > 16)
            return LineLevel.None;
        word.ToLowerInvariant(lower);
        return lower[..word.Length] switch
        {
            "trace" or "trc" or "verbose" or "finest" => LineLevel.Trace,
            "debug" or "dbg" or "fine" => LineLevel.Debug,
            "info" or "inf" or "information" or "informational" or "notice" or "log" => LineLevel.Info,
            "warn" or "warning" or "wrn" => LineLevel.Warn,
            "error" or "err" or "eror" or "severe" or "fail" => LineLevel.Error,
            "fatal" or "ftl" or "critical" or "crit" or "crt" or "panic" or "alert" or "emerg" or "emergency" => LineLevel.Fatal,
            _ => LineLevel.None,
        };
    }

    /// <summary>The levels of bunyan and pino: tens from 10 to 60.</summary>
    public static LineLevel OfNumber(double number) => number switch
    {
        10 => LineLevel.Trace,
        20 => LineLevel.Debug,
        30 => LineLevel.Info,
        40 => LineLevel.Warn,
        50 => LineLevel.Error,
        60 => LineLevel.Fatal,
        _ => LineLevel.None,
    };

    /// <summary>A level as plain text writes it: in capitals, in brackets, or before a colon. A word inside a sentence is none.</summary>
    public static LineLevel InText(string line)
    {
        foreach (var match in Shape().EnumerateMatches(line.AsSpan(0, Math.Min(line.Length, Head))))
        {
            var level = OfWord(line.AsSpan(match.Index, match.Length).Trim("[]<>: "));
            if (level != LineLevel.None)
                return level;
        }
        return LineLevel.None;
    }

    [GeneratedRegex(@"(?<![\w-])(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|CRIT|SEVERE|PANIC|EMERG|DBG|INF|WRN|FTL|TRC)(?![\w-])|[\[<][A-Za-z]{3,9}[\]>]|(?<=^|\s)[a-z]{3,8}:(?=\s)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
