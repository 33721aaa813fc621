using OpsDashboard.Audit;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Pages;

/// <summary>A metric that has samples now.</summary>
/// <param name="Series">How many series carry the name.</param>
public sealed record MetricEntry(string Name, MetricKind Kind, string Help, int Series)
{
    /// <summary>What is worth plotting: a counter's rate, a histogram's 95th percentile, anything else as it is.</summary>
    public string Suggestion => this switch
    {
        _ when Name.EndsWith("_bucket", StringComparison.Ordinal) => $"histogram_quantile(0.95, sum by (le) (rate({Selector}[1m])))",
        { Kind: MetricKind.Counter } or { Kind: MetricKind.Histogram } => $"rate({Selector}[1m])",
        _ when Name.EndsWith("_total", StringComparison.Ordinal) => $"rate({Selector}[1m])",
        _ => Selector,
    };

    /// <summary>The text before the first underscore, by which the browser groups.</summary>
    public string Group => Name.IndexOf('_') is var end and > 0 ? Name[..end] : Name;

    /// <summary>The same for one system's series alone.</summary>
    public string SuggestionFor(string systemId)
    {
        var own = Selector.EndsWith('}') ? $"{Selector[..^1]}, system=\"{systemId}\"}}" : $"{Selector}{{system=\"{systemId}\"}}";
        return Suggestion.Replace(Selector, own, StringComparison.Ordinal);
    }

    string Selector => Name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or ':') && !char.IsAsciiDigit(Name[0]) ? Name : $"{{\"{Name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"}}";
}

/// <summary>Lists the metrics of which the actor can see a series. Thread-safe.</summary>
public sealed class MetricBrowser(ISampleQuery samples, TimeProvider clock)
{
    static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    static readonly IReadOnlyList<LabelMatcher> Everything = [new(Labels.NameLabel, MatchKind.Regex, ".+")];

    // The suffixes with which an exposition's family becomes several metrics.
    static readonly string[] Suffixes = ["_total", "_bucket", "_sum", "_count", "_info", "_created"];

    /// <summary>In the order of their names.</summary>
    /// <param name="systemId">Only those of which this system has a series.</param>
    /// <exception cref="Access.AccessDeniedException">The actor may read no metrics at all.</exception>
    public async Task<IReadOnlyList<MetricEntry>> ListAsync(Actor actor, CancellationToken stop, string? systemId = null)
    {
        var now = clock.GetUtcNow();
        var wanted = systemId is null ? Everything : [.. Everything, new("system", MatchKind.Equal, systemId)];
        var series = await new GrantedSamples(samples, actor).SeriesAsync(wanted, (now - Recent).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(), stop);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var labels in series)
            counts[labels.Metric] = counts.GetValueOrDefault(labels.Metric) + 1;
        return [.. counts.Select(count => Entry(count.Key, count.Value))];
    }

    MetricEntry Entry(string name, int count)
    {
        var metadata = Described(name);
        return new(name, metadata?.Kind ?? MetricKind.Unknown, metadata?.Help ?? "", count);
    }

    MetricMetadata? Described(string name)
    {
        if (samples.Metadata.TryGetValue(name, out var metadata))
            return metadata;
        var suffix = Array.Find(Suffixes, suffix => name.EndsWith(suffix, StringComparison.Ordinal));
        return suffix is not null && samples.Metadata.TryGetValue(name[..^suffix.Length], out var family) ? family : null;
    }

    /// <summary>The unit that an expression's names speak of; None where they say nothing or arithmetic made something else of it.</summary>
    public static Unit UnitOf(string expression)
    {
        if (expression.AsSpan().ContainsAny("/*^%"))
            return Unit.None;
        var isRate = expression.Contains("rate(", StringComparison.Ordinal) && !expression.Contains("histogram_quantile", StringComparison.Ordinal);
        if (expression.Contains("_bytes", StringComparison.Ordinal))
            return isRate ? Unit.BytesPerSecond : Unit.Bytes;
        if (isRate)
            return expression.Contains("_seconds", StringComparison.Ordinal) ? Unit.None : Unit.PerSecond;
        return expression.Contains("_seconds", StringComparison.Ordinal) ? Unit.Seconds : expression.Contains("_ratio", StringComparison.Ordinal) ? Unit.Ratio : Unit.None;
    }
}
