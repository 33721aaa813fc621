using System.Text.RegularExpressions;
using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>
/// The samples that an actor may read: every selector gets one more matcher, on the <c>system</c> label, for the systems of their grants.
/// Series without that label are for actors with a grant over all systems. Deny by default.
/// </summary>
public sealed class GrantedSamples(ISampleQuery samples, Actor actor) : ISampleQuery
{
    const string SystemLabel = "system";

    readonly LabelMatcher? restriction = RestrictionOf(actor);

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => samples.Metadata;

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop) =>
        samples.SelectAsync(Restricted(matchers), from, to, options, stop);

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop) =>
        samples.SeriesAsync(Restricted(matchers), from, to, stop);

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer) => samples.Follow(Restricted(matchers), observer);

    IReadOnlyList<LabelMatcher> Restricted(IReadOnlyList<LabelMatcher> matchers) => restriction is null ? matchers : [.. matchers, restriction];

    // Null: the actor may read everything.
    static LabelMatcher? RestrictionOf(Actor actor)
    {
        if (actor.May(Permission.ReadMetrics))
            return null;
        var systems = actor.Grants
            .Where(grant => grant.SystemId is { Length: > 0 } system && actor.May(Permission.ReadMetrics, system))
            .Select(grant => Regex.Escape(grant.SystemId!))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (systems.Length == 0)
            actor.Demand(Permission.ReadMetrics);
        return new(SystemLabel, MatchKind.Regex, string.Join('|', systems));
    }
}
