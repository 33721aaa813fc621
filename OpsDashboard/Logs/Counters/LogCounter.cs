namespace OpsDashboard.Logs.Counters;

/// <summary>How often lines of a kind came, as a metric of the system.</summary>
/// <param name="Metric">Ends in <c>_total</c>.</param>
/// <param name="Match">Parts of a filter; its systems are those of the file.</param>
/// <param name="Labels">Label and the part or field of the line that gives its value.</param>
public sealed record LogCounter(string Metric, string Help, LogFilter Match, IReadOnlyDictionary<string, string> Labels);
