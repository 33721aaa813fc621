namespace OpsDashboard.Metrics.Beacons;

/// <summary>Things by name, made when first asked for; past the cap every new name is <see cref="Other"/>, so that forged names cannot fill the memory. Not thread-safe.</summary>
public sealed class Capped<T>(int most, Func<T> make) where T : class
{
    public const string Other = "other";

    readonly Dictionary<string, T> things = [];

    public IReadOnlyDictionary<string, T> All => things;

    public T this[string name]
    {
        get
        {
            if (things.TryGetValue(name, out var known))
                return known;
            if (things.Count >= most)
                name = Other;
            return things.TryGetValue(name, out known) ? known : things[name] = make();
        }
    }
}
