namespace OpsDashboard.Simulator.Parts;

/// <summary>Seeded chance: the same seed gives the same day. Not thread-safe.</summary>
sealed class Draw(int seed)
{
    readonly Random random = new(seed);

    public double Next() => random.NextDouble();

    public int Below(int end) => random.Next(end);

    public bool Chance(double probability) => random.NextDouble() < probability;

    public T Of<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>Standard normal, Box-Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Normal());

    /// <summary>How often something happens that is expected <paramref name="mean"/> times.</summary>
    public int Poisson(double mean)
    {
        if (mean <= 0)
            return 0;
        if (mean > 30)
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = random.NextDouble(); product > limit; product *= random.NextDouble())
            count++;
        return count;
    }
}
