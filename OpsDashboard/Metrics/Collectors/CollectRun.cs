using System.Runtime.InteropServices;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>Gathers what one run of a target yields; reused from run to run. Not thread-safe: a target never runs concurrently with itself.</summary>
public sealed class CollectRun(Target target, ISampleAppender appender, TimeProvider clock, Action<string, object>? keepDocument = null) : CollectContext
{
    readonly List<PendingSample> samples = [];
    readonly AddedSeries added = new(new(target), appender);
    long at;

    public override Target Target => target;

    public override long At => at;

    public override TimeProvider Clock => clock;

    public override ISampleAppender Appender => appender;

    /// <summary>What the run has added so far; valid until the next call that adds.</summary>
    public ReadOnlySpan<PendingSample> Samples => CollectionsMarshal.AsSpan(samples);

    public void Begin(long tick)
    {
        at = tick;
        samples.Clear();
    }

    /// <summary>Forgets what was added: a run that was cut off leaves nothing behind.</summary>
    public void Discard() => samples.Clear();

    public override void Add(string metric, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        samples.Add(new(added.Resolve(metric, labels), at, value));

    public override void Describe(string metric, MetricKind kind, string help)
    {
        if (added.DescribeOnce(metric))
            appender.Describe(new(metric, kind, help));
    }

    public override void AddResolved(ReadOnlySpan<PendingSample> resolved) => samples.AddRange(resolved);

    public override void KeepDocument(string name, object document) => keepDocument?.Invoke(name, document);
}
