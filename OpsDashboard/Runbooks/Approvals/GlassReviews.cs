using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Approvals;

/// <summary>Reviews of runs that were started without approval: another person closes each with a sentence. Authorizes and audits by itself. Thread-safe.</summary>
public sealed class GlassReviews(Runs runs, RunStore store, RunNews news, TimeProvider clock)
{
    /// <summary>Whether the actor may close the run's review; asked again when it is closed.</summary>
    public static bool May(Actor actor, Run run) =>
        run.IsUnreviewed && actor.Kind == ActorKind.Person && !run.IsOwn(actor.Id) && actor.May(Permission.ApproveRuns, run.SystemId);

    /// <param name="sentence">What came of looking at it.</param>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException">The actor may not, or started it.</exception>
    /// <exception cref="RunStateException">There is nothing to review.</exception>
    public async Task<Run> CloseAsync(Actor actor, Guid id, string? sentence, CancellationToken stop)
    {
        var found = await runs.FindAsync(actor, id, stop);
        actor.Demand(Permission.ApproveRuns, found.SystemId);
        if (actor.Kind != ActorKind.Person || found.IsOwn(actor.Id))
        {
            actor.Refusals?.Note(actor, $"{Permission.ApproveRuns} {found.Name}", found.SystemId);
            throw new AccessDeniedException(Permission.ApproveRuns, found.SystemId, "Another person than who started it closes the review.");
        }
        var said = sentence?.ReplaceLineEndings(" ").Trim() ?? "";
        if (said.Length is 0 or > Runs.MaxReason)
            throw new InvalidInputException("sentence", $"has between 1 and {Runs.MaxReason} characters.");
        var run = await store.ChangeAsync(id, now => now.Reviewed(new(actor.Id, actor.Name, clock.Now(), said)), null,
            after => RunAudit.Press(actor, "run.glass_reviewed", after, ("startedBy", after.StartedById), ("sentence", said)), clock.Now(), stop) ?? throw new NotFoundException($"run {id}");
        news.Changed(run);
        return run;
    }
}
