namespace OpsDashboard.Simulator.Parts;

/// <summary>
/// How busy a system is at an instant: a daily wave with one peak, more at the week-end, and smooth noise. A pure function of seed and time.
/// </summary>
/// <param name="PeakHour">UTC hour of the peak, 0..24.</param>
/// <param name="WeekEnd">Factor on Saturday and Sunday.</param>
sealed record Rhythm(int Seed, double PeakHour, double WeekEnd = 1.12)
{
    /// <summary>0 in the deepest night to about 1 at the peak; never below 0 nor above 1.</summary>
    public double Level(DateTimeOffset at)
    {
        var hour = at.UtcDateTime.TimeOfDay.TotalHours;
        var wave = Math.Pow((1 + Math.Cos(2 * Math.PI * (hour - PeakHour) / 24)) / 2, 1.4);
        var week = at.UtcDateTime.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? WeekEnd : 1;
        return Math.Clamp((wave * 0.82 * week) + 0.05 + (0.05 * Noise(at, 300)) + (0.04 * Noise(at, 3600)) + (0.015 * Noise(at, 11)), 0, 1);
    }

    /// <summary>Smooth noise between -1 and 1 that turns about once a period.</summary>
    public double Noise(DateTimeOffset at, double periodSeconds)
    {
        var place = at.ToUnixTimeMilliseconds() / 1000.0 / periodSeconds;
        var left = Math.Floor(place);
        var share = place - left;
        var smooth = share * share * (3 - (2 * share));
        var period = (int)(periodSeconds * 7);
        return (Corner((long)left, period) * (1 - smooth)) + (Corner((long)left + 1, period) * smooth);
    }

    double Corner(long place, int period)
    {
        // SplitMix64: neighbouring places give unrelated values
        var mixed = unchecked(((ulong)place * 0x9E3779B97F4A7C15) + ((ulong)(uint)Seed * 0xBF58476D1CE4E5B9) + (ulong)(uint)period);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return ((mixed ^ (mixed >> 31)) / (double)ulong.MaxValue * 2) - 1;
    }
}
