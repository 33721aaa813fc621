using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Planning;

/// <summary>What a person sees before the start.</summary>
/// <param name="ApprovalWithin">How long another person's approval is waited for; null: it needs none.</param>
/// <param name="At">When it was made; a confirmation holds five minutes.</param>
/// <param name="Hit">Who is hit while the system does not answer, in its own words; null where the team gave no figure, or there is none now.</param>
/// <param name="Held">Locks of the plan that another run holds now.</param>
/// <param name="Last">The latest run of the runbook, or null.</param>
/// <param name="Confirmation">What a start of exactly this hands back.</param>
public sealed record Preview(Runbook Runbook, Plan Plan, Confirmation Confirmation, Alert? Alert, DateTimeOffset At, string? Hit, IReadOnlyList<RunLock> Held, RunRecord? Record, Run? Last, TimeSpan? ApprovalWithin)
{
    /// <summary>The same did not help a moment ago.</summary>
    public bool DidNotHelp(DateTimeOffset now) => Alert is not null && Last is { Effect: RunEffect.NotEffective, EndedAt: { } ended } && now - ended < TimeSpan.FromMinutes(30);
}

/// <summary>Makes previews: changes nothing, starts nothing. Thread-safe.</summary>
public sealed class Previews(RunbookList runbooks, Planner planner, RunStore store, AlertQuery alerts, ICatalogue catalogue, IPromQl promQl, PreviewSeals seals, TimeProvider clock)
{
    /// <exception cref="NotFoundException">There is no such runbook or alert, or not for this actor.</exception>
    /// <exception cref="InvalidInputException">A value is refused.</exception>
    public async Task<Preview> MakeAsync(Actor actor, string runbookId, IReadOnlyDictionary<string, string> parameters, Guid? alertId, CancellationToken stop)
    {
        var runbook = runbooks.Find(actor, runbookId);
        var alert = await AlertAsync(actor, runbook, alertId, stop);
        var plan = Plan(runbook, parameters, alert);
        var held = (await store.LocksAsync(stop)).Where(held => plan.Locks.Contains(held.Resource)).ToArray();
        var last = (await store.ListAsync(new(RunbookId: runbook.Id), null, 1, stop)).FirstOrDefault();
        return new(runbook, plan, Confirm(actor, plan), alert, clock.GetUtcNow(), await HitAsync(runbook.SystemId, stop), held, (await store.RecordsAsync(stop)).GetValueOrDefault(runbook.Id), last, ApprovalRule.Of(runbook, plan));
    }

    public Plan Plan(Runbook runbook, IReadOnlyDictionary<string, string> parameters, Alert? alert) => planner.Make(runbook, parameters, alert);

    /// <summary>What says that the actor has seen the plan now.</summary>
    public Confirmation Confirm(Actor actor, Plan plan) => new(plan.Hash, seals.Of(actor, plan), plan);

    /// <summary>When the actor saw what is confirmed; null: nothing says so.</summary>
    public DateTimeOffset? SeenAt(Actor actor, Confirmation confirmed) => confirmed.Seal is { Length: > 0 } seal ? seals.ShownAt(seal, actor, confirmed.Hash) : null;

    /// <summary>The alert for which a runbook is started; null where none is named.</summary>
    /// <exception cref="InvalidInputException">It belongs to another system.</exception>
    public async Task<Alert?> AlertAsync(Actor actor, Runbook runbook, Guid? alertId, CancellationToken stop)
    {
        if (alertId is not { } id)
            return null;
        var alert = await alerts.FindAsync(actor, id, stop);
        return alert.SystemId == runbook.SystemId ? alert : throw new InvalidInputException("alert", "belongs to another system.");
    }

    // A version that runs still follow is kept, though the catalogue has another one.
    bool IsPresent(Runbook runbook) =>
        catalogue.Current.Find(runbook.SystemId)?.Document<RunbookDocument>()?.Find(runbook.Name)?.Version == runbook.Version;

    /// <summary>The traffic guard of the alert's rule, as it is now.</summary>
    public string? GuardOf(Alert alert)
    {
        if (alert.SystemId is not { } id || !alert.RuleId.StartsWith(id + "/", StringComparison.Ordinal))
            return null;
        return (catalogue.Current.Find(id)?.Document<RuleOpsDocument>() ?? RuleOpsDocument.Empty).Rules.GetValueOrDefault(alert.RuleId[(id.Length + 1)..]).Extras?.Guard;
    }

    /// <summary>What of a run's plan is not any more as it was confirmed, a sentence each; empty: it would do the same now.</summary>
    /// <param name="runbook">In the version of the plan; null: it is gone.</param>
    public IReadOnlyList<string> DifferencesNow(Run run, Runbook? runbook)
    {
        var confirmed = run.Plan;
        return runbook is null || !IsPresent(runbook) ? ["The runbook was changed or removed."] : Compared(run, runbook, confirmed.DifferencesTo);
    }

    /// <summary>The same of what undoing does: it follows the version that ran, whatever the catalogue has now.</summary>
    public IReadOnlyList<string> UndoDifferencesNow(Run run, Runbook runbook) => Compared(run, runbook, run.Plan.UndoDifferencesTo);

    IReadOnlyList<string> Compared(Run run, Runbook runbook, Func<Plan, IReadOnlyList<string>> compare)
    {
        try
        {
            // Every value is given; of the alert nothing else stands in a plan. The locks of a run within another are the outer one's.
            var now = planner.Make(runbook, run.Plan.Parameters, null);
            return compare((now with { AlertId = run.Plan.AlertId, Locks = run.OuterId is null ? now.Locks : [] }).Sealed());
        }
        catch (InvalidInputException wrong)
        {
            return [wrong.Message];
        }
    }

    /// <summary>Who is hit now while the system does not answer, in its own words; null where there is no figure.</summary>
    public async Task<string?> HitAsync(string systemId, CancellationToken stop)
    {
        if (catalogue.Current.Find(systemId) is not { Affected: { } expression } system)
            return null;
        try
        {
            var answer = await promQl.For(GoalSights.Viewer(systemId)).Parse(expression).InstantAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), SelectOptions.Raw, stop);
            return answer.Series is [{ Samples: [.., var sample] }, ..] && double.IsFinite(sample.Value) ? $"{sample.Value:N0} {system.Words.GetValueOrDefault("users", "users")}" : null;
        }
        catch (Exception unknown) when (unknown is PromQlException or QueryLimitException)
        {
            return null;
        }
    }
}
