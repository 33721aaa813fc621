using OpsDashboard.Http;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Running;

/// <summary>Drives one run as far as it goes: to its end, to a wait, or until another process holds its lease.</summary>
sealed class RunDriver(Guid id, RunnerParts parts, TimeProvider clock, ILogger log)
{
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);
    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    long fence;
    Runbook runbook = null!;

    public async Task DriveAsync(CancellationToken stop)
    {
        if (await parts.Leases.TryHoldAsync(RunStore.LeaseOf(id), LeaseTime, stop) is not { } held)
            return;
        fence = held;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var renewing = RenewAsync(lost);
        try
        {
            await HeldAsync(lost.Token);
        }
        catch (LeaseLostException)
        {
            log.LogWarning("A run was taken over by another process");
        }
        finally
        {
            await lost.CancelAsync();
            await renewing;
            parts.Proofs.Remove(id);
            await parts.Leases.ReleaseAsync(RunStore.LeaseOf(id), CancellationToken.None);
        }
    }

    async Task HeldAsync(CancellationToken stop)
    {
        if (await parts.Store.FindAsync(id, stop) is not { } run)
            return;
        if (run.BreakGlass is { ToldAt: null })
        {
            var told = await parts.Approvers.AnnounceAsync(run, stop);
            run = await ChangeAsync(now => now.GlassTold(told, clock.Now()), stop);
        }
        if ((run.IsAsked || run.IsAtTurn) && !await AskAsync(run, stop))
            return;
        if (parts.Runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion) is not { } found || found.Steps.Count != run.Steps.Count)
        {
            await ChangeAsync(now => now.Interrupted("its runbook was changed or removed since it was started; abort it and start again.", clock.Now()), stop);
            return;
        }
        runbook = found;
        parts.Runbooks.Keep(found);
        run = await TakeOverAsync(run, stop);
        var printer = new RunPrinter(id, parts.Outputs, clock, await parts.Outputs.CountAsync(id, stop), log);
        using var pumping = new CancellationTokenSource();
        var pump = printer.PumpAsync(pumping.Token);
        try
        {
            await GoOnAsync(run, new(id, runbook, parts, printer, clock, log), stop);
        }
        finally
        {
            await pumping.CancelAsync();
            await pump;
        }
    }

    // A yes is waited for whatever becomes of the runbook meanwhile; who says it is told.
    async Task<bool> AskAsync(Run run, CancellationToken stop)
    {
        if (run.Next([], clock.GetUtcNow()) is RunWork.Ask)
        {
            var told = await parts.Approvers.AskAsync(run, stop);
            run = await ChangeAsync(now => now.Told(told, clock.Now()), stop);
        }
        if ((run.IsAsked || run.IsAtTurn) && run.Next([], clock.GetUtcNow()) is RunWork.Expire)
            run = await ChangeAsync(now => now.Expired(clock.Now()), stop);
        return !run.IsOver && !run.IsAsked && !run.IsAtTurn;
    }

    async Task GoOnAsync(Run run, StepExecution execution, CancellationToken stop)
    {
        while (true)
        {
            switch (run.Next(runbook.Steps, clock.GetUtcNow()))
            {
                case RunWork.Execute(var index):
                    run = await ChangeAsync(now => now.Abort is null && !now.IsOver ? now.Began(index, clock.Now()) : null, stop);
                    if (run.Steps[index].State == StepState.Running)
                        run = await EndAsync(index, await execution.RunAsync(run, runbook.Steps[index], run.Steps[index], Row(index), stop), stop);
                    break;
                case RunWork.Undo(var index):
                    run = await ChangeAsync(now => now.UndoBegan(index, clock.Now()), stop);
                    var undone = await execution.RunAsync(run, runbook.Steps[index].Undo!, run.Steps[index].Undo!, Row(index), stop);
                    run = await ChangeAsync(now => undone.Outcome is { } outcome ? now.UndoEnded(index, outcome, clock.Now()) : now.Aborted(undone.IsKnown, clock.Now()), stop);
                    break;
                case RunWork.Leave(var index, var reason):
                    run = await ChangeAsync(now => now.Left(index, reason, clock.Now()), stop);
                    break;
                case RunWork.Prove:
                    run = await ProveAsync(run, stop);
                    break;
                case RunWork.Conclude:
                    run = await ChangeAsync(now => now.Concluded(RunEffect.None, "Every step is done.", clock.Now()), stop);
                    break;
                case RunWork.Stop:
                    var left = await parts.Checks.EndAsync(run, runbook.Steps, stop);
                    run = await ChangeAsync(now => now.Aborted(left is null, clock.Now(), left), stop);
                    break;
                default:
                    return;
            }
        }
    }

    StepRow Row(int index) => new(id, index, ChangeAsync, parts.Store, clock);

    // What happened is known here alone: while the database is away it is said again until it hears.
    async Task<Run> EndAsync(int index, ExecutionEnd end, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await ChangeAsync(now => end.Outcome is { } outcome ? now.Ended(index, runbook.Steps[index], outcome, clock.Now()) : now.Aborted(end.IsKnown, clock.Now()), stop);
            }
            catch (Exception away) when (Problems.IsOutage(away))
            {
                await Task.Delay(LookPause, clock, stop);
            }
        }
    }

    // Whoever began the step is gone. What changes nothing, and what may be repeated, begins anew by itself.
    async Task<Run> TakeOverAsync(Run run, CancellationToken stop)
    {
        var index = run.Steps.ToList().FindIndex(step => step.State == StepState.Running);
        if (index >= 0 && run.Abort is null)
        {
            var mayRepeat = runbook.Steps[index].IsIdempotent || run.Plan.Steps[index].Plan.Risk == RiskClass.Read || parts.Executors.Of(runbook.Steps[index]).GoesOn;
            run = await ChangeAsync(now => mayRepeat ? now.Repeated(index) : now.Interrupted("the program that ran it ended.", clock.Now()), stop);
            if (!mayRepeat)
            {
                var effect = await parts.Checks.AskAsync(run, runbook.Steps[index], stop);
                run = await ChangeAsync(now => now.Checked(run.Steps[index].Name, effect), stop);
            }
        }
        var undoing = run.Steps.ToList().FindIndex(step => step.Undo is { State: StepState.Running });
        if (undoing >= 0)
            await parts.Checks.EndAsync(run, runbook.Steps, stop);
        return undoing < 0 ? run : await ChangeAsync(now => now.UndoEnded(undoing, new StepOutcome.Failed("The program that ran it ended; its outcome is unknown.", false, StepEffect.Unknown), clock.Now()), stop);
    }

    async Task<Run> ProveAsync(Run run, CancellationToken stop)
    {
        run = await ChangeAsync(now => now.Abort is null ? now.Proving(clock.Now()) : null, stop);
        var watch = new GoalWatch(run.ProvingSince ?? clock.Now());
        using var abort = new AbortWatch(run.Id, parts, clock, stop);
        using var tick = new PeriodicTimer(LookPause, clock);
        while (!abort.IsAsked)
        {
            var at = clock.Now();
            watch = watch.Look(await parts.Sights.LookAsync(run.Goal!, stop), at);
            parts.Proofs.Put(id, watch);
            run = await NoteAsync(run, watch, stop);
            if (watch.Verdict(run.Goal!, at) is { } effect)
                return await ChangeAsync(now => now.Abort is null ? now.Concluded(effect, ProofWords.Verdict(effect, run, watch, at), at, watch.GreenSince) : null, stop);
            await Task.WhenAny(tick.WaitForNextTickAsync(stop).AsTask(), abort.Asked);
            stop.ThrowIfCancellationRequested();
        }
        return await ChangeAsync(now => now.Aborted(isKnown: true, clock.Now()), stop);
    }

    // For the pages of other replicas, which see what is stored; what cannot be stored now the next look stores.
    async Task<Run> NoteAsync(Run run, GoalWatch watch, CancellationToken stop)
    {
        if (watch.GreenSince == run.GreenAt)
            return run;
        try
        {
            return await ChangeAsync(now => now.IsOver ? null : now with { GreenAt = watch.GreenSince }, stop);
        }
        catch (Exception away) when (Problems.IsOutage(away))
        {
            return run;
        }
    }

    async Task<Run> ChangeAsync(Func<Run, Run?> change, CancellationToken stop)
    {
        var run = await parts.Store.ChangeAsync(id, change, fence, RunAudit.End, clock.Now(), stop) ?? throw new InvalidOperationException("A run that is driven is gone from the database.");
        parts.News.Changed(run);
        return run;
    }

    async Task RenewAsync(CancellationTokenSource lost)
    {
        using var tick = new PeriodicTimer(LeaseTime / 5, clock);
        var renewedAt = clock.GetTimestamp();
        try
        {
            while (await tick.WaitForNextTickAsync(lost.Token))
            {
                try
                {
                    if (await parts.Leases.TryHoldAsync(RunStore.LeaseOf(id), LeaseTime, lost.Token) == fence)
                        renewedAt = clock.GetTimestamp();
                    else
                        await lost.CancelAsync();
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // While the database is away the lease runs out; what cannot be proved to be ours is let go before that.
                    if (clock.GetElapsedTime(renewedAt) > LeaseTime * 0.8)
                        await lost.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run rests or ended.
        }
    }
}
