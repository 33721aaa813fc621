namespace OpsDashboard.Metrics.Beacons;

/// <summary>Answers to "how satisfied are you" from one source. Not thread-safe.</summary>
public sealed class Satisfaction
{
    static readonly TimeSpan Oldest = TimeSpan.FromDays(30);
    const int Kept = 500;

    readonly Recent recent = new(Oldest, Kept);

    public double Answers { get; private set; }

    public double Points { get; private set; }

    public void Add(long at, double rating)
    {
        recent.Add(at, rating);
        Answers++;
        Points += rating;
    }

    /// <summary>Mean of the last 500 answers that are at most 30 days old; null without any.</summary>
    public double? Score(long now) => recent.At(now) is { Length: > 0 } ratings ? ratings.Average() : null;
}
