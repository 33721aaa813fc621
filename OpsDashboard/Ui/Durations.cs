namespace OpsDashboard.Ui;

/// <summary>Spans as people read them; js/parts/times.js says the same.</summary>
public static class Durations
{
    const char Space = '\u00a0';

    /// <summary><c>41 s</c>, <c>4 min</c>, <c>3 h</c>, <c>9 d</c>; a span below zero is 0 s.</summary>
    public static string Short(TimeSpan span) => Math.Max(0, Math.Round(span.TotalSeconds)) switch
    {
        < 60 and var seconds => $"{seconds}{Space}s",
        < 5400 and var seconds => $"{Math.Round(seconds / 60, MidpointRounding.AwayFromZero)}{Space}min",
        < 172800 and var seconds => $"{Math.Round(seconds / 3600, MidpointRounding.AwayFromZero)}{Space}h",
        var seconds => $"{Math.Round(seconds / 86400, MidpointRounding.AwayFromZero)}{Space}d",
    };

    /// <summary><c>12:30</c>, <c>2:05:09</c>; a span below zero is 0:00.</summary>
    public static string Left(TimeSpan span) => Math.Max(0, (long)Math.Ceiling(span.TotalSeconds)) switch
    {
        < 3600 and var seconds => $"{seconds / 60}:{seconds % 60:00}",
        var seconds => $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}",
    };
}
