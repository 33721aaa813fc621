using System.Globalization;

namespace OpsDashboard.Logs.Lines;

/// <summary>Times as programs write them. What names no zone is UTC.</summary>
public static class LineTimes
{
    static readonly string[] SyslogForms = ["MMM d HH:mm:ss", "MMM  d HH:mm:ss", "MMM dd HH:mm:ss"];

    const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>Seconds, milliseconds, microseconds or nanoseconds since 1970, told by their size.</summary>
    public static DateTimeOffset? OfNumber(double number)
    {
        var microseconds = Math.Abs(number) switch
        {
            < 1e11 => number * 1e6,
            < 1e14 => number * 1e3,
            < 1e17 => number,
            _ => number / 1e3,
        };
        return microseconds is > 0 and < 253402300799e6 ? DateTimeOffset.UnixEpoch.AddTicks((long)microseconds * TimeSpan.TicksPerMicrosecond) : null;
    }

    /// <summary>A whole text that is a time.</summary>
    public static DateTimeOffset? OfText(string text, DateTimeOffset now)
    {
        text = text.Trim();
        if (InFront(text, now, out var length) is { } at && length == text.Length)
            return at;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? OfNumber(number) : null;
    }

    /// <summary>A time at the beginning of a line, perhaps in brackets.</summary>
    /// <param name="length">How many characters it takes.</param>
    public static DateTimeOffset? InFront(ReadOnlySpan<char> line, DateTimeOffset now, out int length)
    {
        length = 0;
        var bracket = line is ['[', ..] ? 1 : 0;
        var text = line[bracket..];
        var at = Iso(text, out var used) ?? Syslog(text, now, out used) ?? Access(text, out used);
        if (at is not null)
            length = bracket + used + (bracket == 1 && used < text.Length && text[used] == ']' ? 1 : 0);
        return at;
    }

    // 2026-11-20T03:00:00.123456Z, 2026-11-20 03:00:00,123, 2026/11/20 03:00:00, each with or without a zone.
    static DateTimeOffset? Iso(ReadOnlySpan<char> text, out int used)
    {
        used = 0;
        if (text.Length < 19 || text[4] is not ('-' or '/') || text[7] != text[4] || text[10] is not ('T' or 't' or ' ') || text[13] != ':' || text[16] != ':')
            return null;
        if (!(Number(text[..4], out var year) && Number(text[5..7], out var month) && Number(text[8..10], out var day)
            && Number(text[11..13], out var hour) && Number(text[14..16], out var minute) && Number(text[17..19], out var second)))
            return null;
        // A leap second is the next one.
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
            return null;
        var at = 19;
        long ticks = 0;
        if (at < text.Length && text[at] is '.' or ',' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
        {
            var unit = TimeSpan.TicksPerSecond / 10;
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++, unit /= 10)
                ticks += (text[at] - '0') * unit;
        }
        var zone = Zone(text[at..], out var zoneUsed);
        used = at + zoneUsed;
        var utc = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).AddSeconds(second).AddTicks(ticks - (ticks % TimeSpan.TicksPerMicrosecond)) - zone;
        return new(utc, TimeSpan.Zero);
    }

    static TimeSpan Zone(ReadOnlySpan<char> text, out int used)
    {
        used = 0;
        if (text is ['Z' or 'z', ..])
        {
            used = 1;
            return TimeSpan.Zero;
        }
        var space = text is [' ', '+' or '-', ..] ? 1 : 0;
        var sign = text[space..];
        if (sign is not ['+' or '-', ..] || sign.Length < 3 || !Number(sign[1..3], out var hours) || hours > 14)
            return TimeSpan.Zero;
        var at = 3;
        var minutes = 0;
        if (at < sign.Length && sign[at] == ':')
            at++;
        if (at + 2 <= sign.Length && Number(sign[at..(at + 2)], out minutes))
            at += 2;
        else
            at = 3;
        used = space + at;
        var zone = new TimeSpan(hours, minutes, 0);
        return sign[0] == '-' ? -zone : zone;
    }

    // Nov 20 03:00:00: the year is the one that brings it closest before now.
    static DateTimeOffset? Syslog(ReadOnlySpan<char> text, DateTimeOffset now, out int used)
    {
        used = 0;
        if (text.Length < 14 || !char.IsAsciiLetterUpper(text[0]) || text[3] != ' ')
            return null;
        var colon = text.IndexOf(':');
        if (colon is < 8 or > 9 || text.Length < colon + 6)
            return null;
        // Of the leap day only a leap year knows, and the form has no year.
        foreach (var year in (ReadOnlySpan<int>)[now.Year, now.Year - 1])
        {
            foreach (var form in SyslogForms)
            {
                if (DateTimeOffset.TryParseExact($"{year} {text[..(colon + 6)]}", $"yyyy {form}", CultureInfo.InvariantCulture, Utc, out var at) && at <= now + TimeSpan.FromDays(1))
                {
                    used = colon + 6;
                    return at;
                }
            }
        }
        return null;
    }

    // 20/Nov/2026:03:00:00 +0000
    static DateTimeOffset? Access(ReadOnlySpan<char> text, out int used)
    {
        used = 0;
        if (text.Length < 26 || text[2] != '/' || text[6] != '/' || text[11] != ':')
            return null;
        if (!DateTimeOffset.TryParseExact(string.Concat(text[..24], ":", text[24..26]), "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture, Utc, out var at))
            return null;
        used = 26;
        return at;
    }

    static bool Number(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
                return false;
            number = (number * 10) + (digit - '0');
        }
        return true;
    }
}
