using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Runbooks.Proof;

/// <summary>Looks whether an alert's condition holds, for its own label set, within the alert's system. Thread-safe.</summary>
public sealed class GoalSights(IPromQl promQl, ISampleQuery samples, TimeProvider clock)
{
    /// <summary>What is older says nothing about now.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);

    /// <summary>Whoever looks for a run reads what the system's viewers read, and nothing of other systems.</summary>
    public static Actor Viewer(string systemId) => new(Actor.Program.Id, Actor.Program.Name, ActorKind.Program, [new(Role.Viewer, systemId)]);

    public async Task<GoalSight> LookAsync(Goal goal, CancellationToken stop)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            var condition = (goal.Labels.GetValueOrDefault("system") is { } system ? promQl.For(Viewer(system)) : promQl).Parse(goal.Expression);
            if (await HasOwnAsync(condition, goal, now, stop))
                return GoalSight.Red;
            if (goal.Guard is { } guard && !await HasOwnAsync(promQl.Parse(guard), goal, now, stop))
                return GoalSight.Blind;
            return await IsFreshAsync(condition, goal, now, stop) ? GoalSight.Green : GoalSight.Blind;
        }
        catch (Exception unknown) when (unknown is PromQlException or QueryLimitException or TimeoutException)
        {
            return GoalSight.Blind;
        }
    }

    static async Task<bool> HasOwnAsync(IPromQlQuery query, Goal goal, long now, CancellationToken stop) =>
        (await query.InstantAsync(now, SelectOptions.Raw, stop)).Series.Any(series => IsOwn(series.Labels, goal));

    // One source that still reports is enough: where nothing fails any more, the series of failures may be gone.
    async Task<bool> IsFreshAsync(IPromQlQuery query, Goal goal, long now, CancellationToken stop)
    {
        foreach (var selector in query.Selectors)
        {
            var selection = await samples.SelectAsync(selector, now - (long)Fresh.TotalMilliseconds, now, new(RawOnly: true, LatestOnly: true), stop);
            if (selection.Series.Any(series => series.Values is [.., var last] && !StaleMarker.Is(last) && DoesNotContradict(series.Labels, goal)))
                return true;
        }
        return false;
    }

    static bool IsOwn(Labels labels, Goal goal) => labels.All(label => label.Name == Labels.NameLabel || goal.Labels.GetValueOrDefault(label.Name) == label.Value);

    static bool DoesNotContradict(Labels labels, Goal goal) =>
        labels.All(label => label.Name == Labels.NameLabel || goal.Labels.GetValueOrDefault(label.Name) is not { } own || own == label.Value);
}
