using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>Section <c>Queries</c>: how many queries of people and tokens are evaluated at a time. Rules, figures and live topics are not counted.</summary>
public sealed class QueryOptions
{
    /// <summary>Of one person or token; never all of <see cref="Total"/>, so that one place is always left for the others.</summary>
    public int PerActor { get; set; } = 8;

    /// <summary>Of all together. One query takes a processor until it is done.</summary>
    public int Total { get; set; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>How long a query waits for its turn before it is refused.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Queries of one person or token that may wait; one more is refused at once.</summary>
    public int MaxWaiting { get; set; } = 100;

    internal int Places => Math.Min(PerActor, Math.Max(1, Total - 1));

    public static QueryOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Queries").Get<QueryOptions>() ?? new();
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? options : throw new StartRefusedException(string.Join(Environment.NewLine, problems));
    }

    IEnumerable<string> Problems()
    {
        if (PerActor < 1 || Total < 1)
            yield return "Queries__PerActor and Queries__Total must be at least 1.";
        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromMinutes(2))
            yield return "Queries__MaxWait must lie between zero and two minutes, e.g. 00:00:10.";
        if (MaxWaiting < 0)
            yield return "Queries__MaxWaiting must not be negative.";
    }
}
