using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks;

/// <summary>
/// What people do with runs. Every method authorizes, validates and audits by itself; what changes something and its audit entry are one
/// transaction. Thread-safe.
/// </summary>
public sealed class Runs(RunbookList runbooks, Previews previews, RunStore store, RunOutputs outputs, StepChecks checks, GlassDoor glass, RunNews news, IDrills drills, TimeProvider clock)
{
    public const int MaxReason = 500;

    /// <summary>Starts what was confirmed. The same key of the same actor starts one run, however often it is pressed.</summary>
    /// <exception cref="NotFoundException">There is no such runbook or alert, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="InvalidInputException" />
    /// <exception cref="PlanChangedException">It would not do any more what was confirmed.</exception>
    /// <exception cref="LockHeldException">The same is being done already, or too many stand in line.</exception>
    public async Task<(Run Run, bool WasThere)> StartAsync(Actor actor, string runbookId, RunRequest request, CancellationToken stop)
    {
        var runbook = runbooks.Find(actor, runbookId);
        DemandRun(actor, runbook);
        if (request.Key is not { Length: > 0 and <= 200 } key)
            throw new InvalidInputException("key", "is missing: every start has a key of its own, of at most 200 characters.");
        var confirmed = request.Plan ?? throw new InvalidInputException("plan", "is missing: preview first, then start what the preview showed.");
        var alert = await previews.AlertAsync(actor, runbook, request.AlertId, stop);
        var plan = previews.Plan(runbook, request.Parameters, alert);
        if (plan.Hash != confirmed.Hash)
            throw new PlanChangedException(plan, confirmed.Plan?.DifferencesTo(plan) ?? ["What it does, or where, is not what the preview showed."]) { Seal = previews.Confirm(actor, plan).Seal };
        if (previews.SeenAt(actor, confirmed) is not { } seenAt)
            throw new InvalidInputException("seal", "is missing, or not the one of your preview of this plan: send back the seal that the preview gave you.");
        if (clock.GetUtcNow() - seenAt > RunRequest.ConfirmationHolds)
            throw new PlanChangedException(plan, ["The preview is older than five minutes."]) { IsOld = true, Seal = previews.Confirm(actor, plan).Seal };
        if (plan.Problems.FirstOrDefault() is { } problem)
            throw new InvalidInputException("plan", problem);
        if (request.BreakGlass is null && plan.Risk.AsksForName() && !string.Equals(request.TypedName?.Trim(), runbook.ConfirmationName, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException("typedName", $"is the name to be typed: {runbook.ConfirmationName}.");
        var within = ApprovalRule.Of(runbook, plan);
        if (request.BreakGlass is not null && within is null)
            throw new InvalidInputException("breakGlass", "is not needed: it starts without approval.");
        var broken = request.BreakGlass is { } ask ? await glass.OpenAsync(actor, runbook, ask, stop) : null;
        runbooks.Keep(runbook);
        var goal = alert is null ? null : Goal.Of(alert, previews.GuardOf(alert), runbook.GreenWithin);
        var isDrill = runbook.Recovers is not null && await drills.IsRunningAsync(runbook.SystemId, stop);
        var hit = within is null || broken is not null ? null : await previews.HitAsync(runbook.SystemId, stop);
        var startKey = StoredRun.KeyOf(actor.Id, runbook.Id, key);
        var (run, wasThere) = await store.AddAsync(startKey, number => Asked(NewRun(actor, runbook, plan, goal, number) with { BreakGlass = broken, Aim = RecoveryAim.Of(runbook, alert, clock.Now(), isDrill) }, broken is null ? within : null, hit), made => RunAudit.Start(actor, made), stop);
        if (!wasThere)
            news.Changed(run);
        return (run, wasThere);
    }

    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    public async Task<Run> FindAsync(Actor actor, Guid id, CancellationToken stop)
    {
        DemandReadAnywhere(actor);
        return await store.FindAsync(id, stop) is { } run && actor.May(Permission.ReadRunbooks, run.SystemId) ? run : throw new NotFoundException($"run {id}");
    }

    /// <summary>The same for those who may do something with it.</summary>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException" />
    internal async Task<Run> DemandHandleAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var run = await FindAsync(actor, id, stop);
        DemandHandle(actor, run);
        return run;
    }

    /// <summary>The latest first, only of systems that the actor may read.</summary>
    /// <param name="before">Continues behind the run with this number.</param>
    public Task<IReadOnlyList<Run>> ListAsync(Actor actor, RunFilter filter, long? before, int limit, CancellationToken stop)
    {
        DemandReadAnywhere(actor);
        if (!actor.May(Permission.ReadRunbooks))
        {
            var readable = actor.Grants.Select(grant => grant.SystemId).OfType<string>().Where(system => actor.May(Permission.ReadRunbooks, system)).Distinct().ToArray();
            filter = filter with { Systems = filter.Systems is { } asked ? [.. readable.Intersect(asked)] : readable };
        }
        return store.ListAsync(filter, before, Math.Clamp(limit, 1, 500), stop);
    }

    /// <summary>How the runs of each runbook ended, for those that the actor may read anyway.</summary>
    public Task<IReadOnlyDictionary<string, RunRecord>> RecordsAsync(Actor actor, CancellationToken stop)
    {
        DemandReadAnywhere(actor);
        return store.RecordsAsync(stop);
    }

    /// <summary>The latest run that brought back what the runbook recovers; null: none did, or not for this actor.</summary>
    public async Task<Run?> LastRecoveryAsync(Actor actor, string runbookId, CancellationToken stop) =>
        (await ListAsync(actor, new(RunbookId: runbookId, IsRecovered: true), null, 1, stop)).FirstOrDefault();

    /// <summary>Lines that the run printed, from a number on.</summary>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    public async Task<IReadOnlyList<OutputLine>> OutputAsync(Actor actor, Guid id, long from, int limit, CancellationToken stop)
    {
        await FindAsync(actor, id, stop);
        return await outputs.ReadAsync(id, from, limit, stop);
    }

    /// <summary>The latest lines that the run printed, and how many there are.</summary>
    public async Task<(IReadOnlyList<OutputLine> Lines, long Count)> TailAsync(Actor actor, Guid id, int limit, CancellationToken stop)
    {
        await FindAsync(actor, id, stop);
        return (await outputs.TailAsync(id, limit, stop), await outputs.CountAsync(id, stop));
    }

    /// <summary>Asks for the end. What runs is ended by whoever drives it; what waits is over at once; what was interrupted and may still be going on somewhere is ended first.</summary>
    public async Task<Run> AbortAsync(Actor actor, Guid id, string? reason, CancellationToken stop)
    {
        var why = Reason(reason, isRequired: false);
        var run = await DemandHandleAsync(actor, id, stop);
        var left = run.Status == RunStatus.Interrupted ? await EndAsync(run, stop) : null;
        return await ChangeAsync(actor, id, "run.abort_asked", now =>
        {
            var asked = now.AbortAsked(new(actor.Id, actor.Name, clock.Now(), why));
            return now.Status is RunStatus.Waiting or RunStatus.Interrupted or RunStatus.Queued ? asked.Aborted(left is null, clock.Now(), left) : asked;
        }, stop, left is null ? [("reason", why)] : [("reason", why), ("left", left)]);
    }

    // Where its runbook is gone nobody can say by what its command would be found.
    async Task<string?> EndAsync(Run run, CancellationToken stop) =>
        runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion) is { } runbook ? await checks.EndAsync(run, runbook.Steps, stop)
        : run.Current?.Handle is null ? null : "Its runbook is gone: what its step began may still be running.";

    /// <summary>Goes on with the step at which it stands. What was approved stays approved as long as it would do exactly that.</summary>
    /// <exception cref="PlanChangedException">It would not do any more what was approved: abort it, and ask again by starting it anew.</exception>
    public async Task<Run> ResumeAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var isApproved = await IsApprovedAsync(actor, id, stop);
        return await ChangeAsync(actor, id, "run.resumed", run => AsApproved(run, isApproved).Resumed(clock.Now()), stop);
    }

    /// <summary>Goes on behind the step at which it stands.</summary>
    /// <param name="seen">The step at which it stands.</param>
    /// <exception cref="PlanChangedException">It would not do any more what was approved.</exception>
    /// <exception cref="RunStateException">It stands at another step.</exception>
    public async Task<Run> SkipAsync(Actor actor, Guid id, StepSeen? seen, string? reason, CancellationToken stop)
    {
        var why = Reason(reason, isRequired: true);
        if (seen is null)
            throw new InvalidInputException("step", "is missing: name the step that is to be left out.");
        var isApproved = await IsApprovedAsync(actor, id, stop);
        return await ChangeAsync(actor, id, "run.step_skipped", run => Skipped(run, AsApproved(run, isApproved).SkippedBy(seen, actor.Name, why, clock.Now())), stop, ("step", seen.Name), ("attempt", seen.Attempt), ("reason", why));
    }

    // A run within another stands under the yes that the outer one got. Who may not handle it learns nothing of that.
    async Task<bool> IsApprovedAsync(Actor actor, Guid id, CancellationToken stop)
    {
        for (var run = await DemandHandleAsync(actor, id, stop); run is not null; run = run.OuterId is { } outer ? await store.FindAsync(outer, stop) : null)
        {
            if (run.Approval is { IsGranted: true } || run.BreakGlass is not null)
                return true;
        }
        return false;
    }

    // The steps that follow run where the catalogue says now: a yes, or a glass that was broken, was for what it said then.
    Run AsApproved(Run run, bool isApproved)
    {
        if (isApproved && previews.DifferencesNow(run, runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion)) is { Count: > 0 } differences)
            throw new PlanChangedException(run.Plan, differences);
        // Without its runbook nobody can say who may let it go on.
        _ = Steps(run);
        return run;
    }

    Run Skipped(Run before, Run after)
    {
        if (before.Plan.Steps.Where((step, i) => step.AsksForApproval() && after.Steps[i].State == StepState.Skipped && before.Steps[i].State != StepState.Skipped).Any())
            throw new RunStateException("An approval is not skipped, and nothing within which one stands.");
        return after;
    }

    /// <summary>Undoes what was done, as the version that ran says it.</summary>
    /// <exception cref="PlanChangedException">Undoing would not do any more what was approved: mend it by hand, or start anew what mends it.</exception>
    public async Task<Run> CompensateAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var isApproved = await IsApprovedAsync(actor, id, stop);
        return await ChangeAsync(actor, id, "run.compensated", run =>
        {
            if (isApproved && previews.UndoDifferencesNow(run, Version(run)) is { Count: > 0 } differences)
                throw new PlanChangedException(run.Plan, differences);
            return run.Compensated(Steps(run));
        }, stop);
    }

    /// <summary>Looks whether the step of unknown outcome happened.</summary>
    /// <exception cref="RunStateException">There is no such step.</exception>
    public async Task<Run> CheckAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var run = await DemandHandleAsync(actor, id, stop);
        if (run is not { Status: RunStatus.Interrupted, Current: { State: StepState.Unknown } step })
            throw new RunStateException($"{run.Name} has no step whose outcome is unknown.");
        var effect = await checks.AskAsync(run, Steps(run).First(spec => spec.Name == step.Name), stop);
        return await ChangeAsync(actor, id, "run.checked", now => now.Checked(step.Name, effect), stop, ("step", step.Name), ("found", effect.ToString()));
    }

    /// <summary>Says something to the step that waits: ticks it, or answers its question.</summary>
    /// <param name="step">As it was seen.</param>
    public Task<Run> AnswerAsync(Actor actor, Guid id, StepSeen? step, string? choice, string? evidence, CancellationToken stop)
    {
        if (step is null)
            throw new InvalidInputException("step", "is missing: name the step that is answered.");
        var seen = evidence?.ReplaceLineEndings("\n").Trim() ?? "";
        if (seen.Length > MaxReason)
            throw new InvalidInputException("evidence", $"has at most {MaxReason} characters.");
        return ChangeAsync(actor, id, "run.answered", run =>
        {
            if (Steps(run).FirstOrDefault(spec => spec.Name == step.Name)?.Options is IAnswered waiting && waiting.Reject(choice, seen) is { } wrong)
                throw new InvalidInputException([wrong]);
            return run.Answered(step, new(choice, seen.Length > 0 ? seen : null, actor.Id, actor.Name, clock.Now()));
        }, stop, ("step", step.Name), ("attempt", step.Attempt), ("choice", choice), ("evidence", seen));
    }

    async Task<Run> ChangeAsync(Actor actor, Guid id, string action, Func<Run, Run> change, CancellationToken stop, params (string, object?)[] particulars)
    {
        await DemandHandleAsync(actor, id, stop);
        var run = await store.ChangeAsync(id, change, null, after => RunAudit.Press(actor, action, after, particulars), clock.Now(), stop) ?? throw new NotFoundException($"run {id}");
        news.Changed(run);
        return run;
    }

    Run NewRun(Actor actor, Runbook runbook, Plan plan, Goal? goal, long number) => new()
    {
        Id = clock.NewId(),
        Number = number,
        RunbookId = runbook.Id,
        Title = runbook.Title,
        SystemId = runbook.SystemId,
        ComponentId = runbook.ComponentId,
        Plan = plan,
        Goal = goal,
        StartedById = actor.Id,
        StartedByName = actor.Name,
        StartedForId = actor.OwnerId,
        StartedAt = clock.Now(),
        Steps = [.. runbook.Steps.Select(step => new StepRun { Name = step.Name, Title = step.Title })],
    };

    static Run Asked(Run run, TimeSpan? within, string? hit) => within is { } time ? run.Asked(new(run.StartedAt, run.StartedAt + time, hit)) : run;

    Runbook Version(Run run) =>
        runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion) ?? throw new RunStateException("Its runbook was changed or removed since it was started; only its end can be asked for.");

    IReadOnlyList<StepSpec> Steps(Run run) => Version(run).Steps;

    static string Reason(string? reason, bool isRequired)
    {
        var text = reason?.ReplaceLineEndings(" ").Trim() ?? "";
        if (text.Length > MaxReason || (isRequired && text.Length == 0))
            throw new InvalidInputException("reason", isRequired ? $"has between 1 and {MaxReason} characters." : $"has at most {MaxReason} characters.");
        return text;
    }

    static void DemandReadAnywhere(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            actor.Demand(Permission.ReadRunbooks);
    }

    // The runbook may ask for more than the permission does.
    static void DemandRun(Actor actor, Runbook runbook)
    {
        actor.Demand(Permission.RunRunbooks, runbook.SystemId);
        if (runbook.MayBeRunBy(actor))
            return;
        actor.Refusals?.Note(actor, $"{Permission.RunRunbooks} {runbook.Id}", runbook.SystemId);
        throw new AccessDeniedException(Permission.RunRunbooks, runbook.SystemId, $"“{runbook.Title}” takes the role {runbook.MayRun.ToString().ToLowerInvariant()} for {runbook.SystemId}.");
    }

    // A run whose runbook is gone may still be ended by those who may run runbooks there.
    void DemandHandle(Actor actor, Run run)
    {
        if (runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion) is { } runbook)
            DemandRun(actor, runbook);
        else
            actor.Demand(Permission.RunRunbooks, run.SystemId);
    }
}

/// <param name="Hash">Of the plan that was shown.</param>
/// <param name="Seal">Says when it was shown, and to whom: <see cref="PreviewSeals"/>.</param>
/// <param name="Plan">The plan itself where the caller has it, to say what differs.</param>
public sealed record Confirmation(string Hash, string? Seal, Plan? Plan = null);

/// <param name="Key">Chosen by the caller, another for each start.</param>
/// <param name="TypedName">What was typed to confirm a risky one.</param>
/// <param name="BreakGlass">A commander alone starts it without the approval that it needs.</param>
public sealed record RunRequest(IReadOnlyDictionary<string, string> Parameters, Guid? AlertId, Confirmation? Plan, string? Key, string? TypedName = null, GlassRequest? BreakGlass = null)
{
    public static readonly TimeSpan ConfirmationHolds = TimeSpan.FromMinutes(5);
}

/// <summary>Something differs from what was confirmed; nothing was started. Endpoints answer 409 with the plan as it is now.</summary>
public sealed class PlanChangedException(Plan now, IReadOnlyList<string> differences) : Exception($"This is not what was confirmed any more. {string.Join(" ", differences)}"), Http.IRefusal
{
    public string Code => IsOld ? "old" : "changed";

    /// <summary>Nothing differs: it was seen too long ago.</summary>
    public bool IsOld { get; init; }

    /// <summary>Confirms the plan as it is now, once it was looked at; null: it cannot be confirmed by that.</summary>
    public string? Seal { get; init; }
    public Plan Now { get; } = now;
    public IReadOnlyList<string> Differences { get; } = differences;
}
