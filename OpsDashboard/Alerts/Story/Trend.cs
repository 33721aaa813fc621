using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Story;

public enum TrendWay { Steady, Rising, Falling }

/// <summary>Where a value goes: a straight line through its last minutes. Pure.</summary>
/// <param name="PerMinute">Change of the value in a minute; 0 where it is steady.</param>
public sealed record Trend(TrendWay Way, double PerMinute)
{
    public static readonly Trend Steady = new(TrendWay.Steady, 0);

    /// <summary>A date beyond this is no help.</summary>
    static readonly TimeSpan Furthest = TimeSpan.FromHours(24);

    const int Fewest = 6;

    /// <summary>The line of least squares; steady where what lies beside the line is as large as what the line moved.</summary>
    public static Trend Of(IReadOnlyList<Sample> samples)
    {
        var known = samples.Where(sample => double.IsFinite(sample.Value)).ToArray();
        if (known.Length < Fewest)
            return Steady;
        var (first, last) = (known[0].At, known[^1].At);
        var (middle, mean) = (known.Average(sample => (sample.At - first) / 60_000.0), known.Average(sample => sample.Value));
        var (square, product) = (0.0, 0.0);
        foreach (var (at, value) in known)
        {
            var minutes = ((at - first) / 60_000.0) - middle;
            square += minutes * minutes;
            product += minutes * (value - mean);
        }
        if (square == 0)
            return Steady;
        var slope = product / square;
        var beside = Math.Sqrt(known.Average(sample => Math.Pow(sample.Value - mean - (slope * (((sample.At - first) / 60_000.0) - middle)), 2)));
        var moved = Math.Abs(slope) * (last - first) / 60_000.0;
        var isMove = moved > 2 * beside && moved > 0.01 * Math.Abs(mean);
        return isMove ? new(slope > 0 ? TrendWay.Rising : TrendWay.Falling, slope) : Steady;
    }

    /// <summary>When the value is at the level, if it goes on like this; null: not within a day, or never.</summary>
    public TimeSpan? Until(double value, double level)
    {
        if (Way == TrendWay.Steady || Math.Sign(level - value) != Math.Sign(PerMinute))
            return null;
        var minutes = (level - value) / PerMinute;
        return minutes <= Furthest.TotalMinutes ? TimeSpan.FromMinutes(minutes) : null;
    }

    /// <summary>The next round figure on the way, at least a tenth away: 1, 2, 5 times a power of ten.</summary>
    public double? NextRound(double value)
    {
        if (Way == TrendWay.Steady || value == 0 || !double.IsFinite(value))
            return null;
        var isOutward = Way == TrendWay.Rising == value > 0;
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))));
        var rounds = new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10, 20 }.Select(step => step * power).ToArray();
        var size = Math.Abs(value);
        return Math.Sign(value) * (isOutward ? rounds.First(round => round >= size * 1.1) : rounds.Last(round => round <= size * 0.9));
    }
}
