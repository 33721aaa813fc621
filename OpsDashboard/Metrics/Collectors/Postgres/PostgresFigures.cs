namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>What one reading found. Kept apart from the run, so that a reading that fails half-way leaves nothing and a detail can be repeated.</summary>
public sealed class PostgresFigures(long at)
{
    readonly List<(string Metric, double Value, (string, string)[] Labels)> samples = [];
    readonly List<(string Name, CollectedTable Table)> documents = [];

    /// <summary>When it was read, in milliseconds.</summary>
    public long At { get; } = at;

    public void Add(string metric, double value, params (string, string)[] labels) => samples.Add((metric, value, labels));

    public void Keep(string name, CollectedTable table) => documents.Add((name, table));

    public int WriteTo(CollectContext context)
    {
        foreach (var (metric, value, labels) in samples)
            context.Add(metric, value, labels);
        if (At == context.At)
        {
            foreach (var (name, table) in documents)
                context.KeepDocument(name, table);
        }
        return samples.Count;
    }
}
