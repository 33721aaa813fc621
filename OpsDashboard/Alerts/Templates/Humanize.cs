namespace OpsDashboard.Alerts.Templates;

/// <summary>Numbers for people, as Prometheus' template functions write them (template/template.go, prometheus/common helpers/templates): four significant digits.</summary>
static class Humanize
{
    static readonly string[] Large = ["k", "M", "G", "T", "P", "E", "Z", "Y"], Small = ["m", "u", "n", "p", "f", "a", "z", "y"];

    public static string Decimal(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return Four(value);
        return Math.Abs(value) >= 1 ? Scaled(value, 1000, Large, "") : Shrunk(value);
    }

    public static string Binary(double value) =>
        Math.Abs(value) <= 1 || !double.IsFinite(value) ? Four(value) : Scaled(value, 1024, Large, "i");

    public static string Percentage(double value) => Four(value * 100) + "%";

    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return Four(seconds);
        if (seconds == 0)
            return "0s";
        if (Math.Abs(seconds) < 1)
            return Shrunk(seconds) + "s";
        var sign = seconds < 0 ? "-" : "";
        var whole = (long)Math.Abs(seconds);
        var (days, hours, minutes, rest) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60, whole % 60);
        return (days, hours, minutes) switch
        {
            ( > 0, _, _) => $"{sign}{days}d {hours}h {minutes}m {rest}s",
            (_, > 0, _) => $"{sign}{hours}h {minutes}m {rest}s",
            (_, _, > 0) => $"{sign}{minutes}m {rest}s",
            _ => $"{sign}{Four(Math.Abs(seconds))}s",
        };
    }

    public static object Timestamp(double seconds) => double.IsFinite(seconds) ? GoFormat.Time(Time(seconds)) : Four(seconds);

    public static DateTimeOffset Time(double seconds)
    {
        const double Farthest = 2.5e11;
        return Math.Abs(seconds) < Farthest && seconds > -6.2e10
            ? DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(seconds * 1000) * TimeSpan.TicksPerMillisecond)
            : throw new ArgumentException($"{Four(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64");
    }

    static string Scaled(double value, double step, string[] prefixes, string suffix)
    {
        var prefix = "";
        foreach (var next in prefixes)
        {
            if (Math.Abs(value) < step)
                break;
            prefix = next + suffix;
            value /= step;
        }
        return Four(value) + prefix;
    }

    static string Shrunk(double value)
    {
        var prefix = "";
        foreach (var next in Small)
        {
            if (Math.Abs(value) >= 1)
                break;
            prefix = next;
            value *= 1000;
        }
        return Four(value) + prefix;
    }

    static string Four(double value) => GoFormat.General(value, 4);
}
