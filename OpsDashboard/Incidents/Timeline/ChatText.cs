using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsDashboard.Incidents.Timeline;

public sealed record ChatLine(DateTimeOffset At, string Who, string Text);

/// <summary>
/// Takes a chat apart as people paste it: <c>03:12 Ana: text</c>, <c>[2026-11-28 03:12:05] Ana: text</c>, <c>Ana [3:12 AM]</c> with its text in the lines below.
/// Times without a date are UTC of the day that lies nearest before the paste and not before the incident's day. Text stays text.
/// </summary>
public static partial class ChatText
{
    public const int MostLines = 500;

    /// <param name="openedAt">Of the incident.</param>
    public static IReadOnlyList<ChatLine> Parse(string chat, DateTimeOffset openedAt, DateTimeOffset now)
    {
        var lines = new List<ChatLine>();
        foreach (var row in chat.ReplaceLineEndings("\n").Split('\n').Select(row => row.Trim()).Where(row => row.Length > 0))
        {
            if (Begin(row, openedAt, now) is { } begun)
                lines.Add(begun);
            else if (lines.Count > 0)
                lines[^1] = lines[^1] with { Text = lines[^1].Text.Length == 0 ? row : $"{lines[^1].Text}\n{row}" };
        }
        return [.. lines.Where(line => line.Text.Length > 0).Take(MostLines)];
    }

    static ChatLine? Begin(string row, DateTimeOffset openedAt, DateTimeOffset now)
    {
        var match = TimeFirst().Match(row) is { Success: true } first ? first : NameFirst().Match(row);
        if (!match.Success || Instant(match, openedAt, now) is not { } at)
            return null;
        return new(at, match.Groups["who"].Value.Trim(), match.Groups["text"].Value.Trim());
    }

    static DateTimeOffset? Instant(Match match, DateTimeOffset openedAt, DateTimeOffset now)
    {
        var (hour, minute) = (Number(match, "h"), Number(match, "m"));
        var second = match.Groups["s"].Success ? Number(match, "s") : 0;
        if (match.Groups["ampm"].Value.ToUpperInvariant() is { Length: > 0 } half)
            hour = (hour % 12) + (half == "PM" ? 12 : 0);
        if (hour > 23 || minute > 59 || second > 59)
            return null;
        var time = new TimeSpan(hour, minute, second);
        if (match.Groups["date"].Success)
            return DateTime.TryParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new DateTimeOffset(day, TimeSpan.Zero) + time : null;
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + time;
        // Just past midnight a chat tells of yesterday.
        return today <= now || openedAt.UtcDateTime.Date == now.UtcDateTime.Date ? today : today.AddDays(-1);
    }

    static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\[?(?:(?<date>\d{4}-\d{2}-\d{2})[T ])?(?<h>\d{1,2}):(?<m>\d{2})(?::(?<s>\d{2})(?:\.\d+)?)?Z?(?:\s?(?<ampm>[AaPp][Mm]))?\]?\s*[-–—]?\s*(?:<?(?<who>[\p{L}\d_.@][\p{L}\d_.@' -]{0,60}?)>?:\s+)?(?<text>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeFirst();

    [GeneratedRegex(@"^(?<who>[\p{L}\d_.@][\p{L}\d_.@' -]{0,60}?)\s+\[?(?:(?<date>\d{4}-\d{2}-\d{2})[T ])?(?<h>\d{1,2}):(?<m>\d{2})(?::(?<s>\d{2}))?(?:\s?(?<ampm>[AaPp][Mm]))?\]?:?\s*(?<text>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex NameFirst();
}
