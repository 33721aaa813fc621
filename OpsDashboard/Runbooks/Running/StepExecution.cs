using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Running;

/// <param name="Outcome">Null: a person asked for the run's end.</param>
/// <param name="IsKnown">Whatever ran is verifiably gone.</param>
sealed record ExecutionEnd(StepOutcome? Outcome, bool IsKnown = true);

/// <summary>Executes steps of one run, within their time and until somebody aborts.</summary>
sealed class StepExecution(Guid runId, Runbook runbook, RunnerParts parts, RunPrinter printer, TimeProvider clock, ILogger log)
{
    /// <summary>How long a step that is stopped may take to end what it began.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <exception cref="OperationCanceledException">The program ends or the lease is lost: nothing is known of the step.</exception>
    public async Task<ExecutionEnd> RunAsync(Run run, StepSpec spec, StepRun step, StepRow row, CancellationToken stop)
    {
        using var abort = new AbortWatch(runId, parts, clock, stop);
        using var late = new CancellationTokenSource(spec.Timeout, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, abort.Token, late.Token);
        var isRead = parts.Executors.Of(spec).Plan(spec, StepInputs.Preview(run.Plan.Parameters)).Risk == RiskClass.Read;
        var work = OutcomeAsync(Context(run, spec, step, row, late), spec, ending.Token);
        var isEnded = await EndsAsync(work, ending.Token);
        await printer.FlushAsync(CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        var outcome = isEnded ? await work : null;
        // What ended well in the last moment ended well; what answers an abort with a failure may still be running.
        if (outcome is not null && (outcome is StepOutcome.Done || !abort.IsAsked))
            return new(outcome);
        if (abort.IsAsked)
            return new(null, isEnded && outcome is null or StepOutcome.Failed { Effect: StepEffect.None });
        var effect = isRead ? StepEffect.None : StepEffect.Unknown;
        return new(new StepOutcome.Failed($"It took longer than {PrometheusDuration.Format(spec.Timeout)}{(isEnded ? "" : ", and did not end when it was stopped")}.", isEnded, effect));
    }

    StepContext Context(Run run, StepSpec spec, StepRun step, StepRow row, CancellationTokenSource late) => new()
    {
        RunId = run.Id,
        RunName = run.Name,
        RunbookTitle = runbook.Title,
        SystemId = run.SystemId,
        Step = spec,
        Inputs = run.Inputs,
        Output = printer.Of(step.Name),
        StartedAt = step.StartedAt ?? clock.Now(),
        Attempt = step.Attempt,
        Handle = step.Handle,
        KeepAsync = row.KeepAsync,
        AskAsync = async (question, stop) =>
        {
            // A person's time is not the step's.
            late.CancelAfter(Timeout.InfiniteTimeSpan);
            var answer = await row.AskAsync(question, stop);
            late.CancelAfter(spec.Timeout);
            return answer;
        },
        OutputOf = printer.Of,
        Inner = step.Inner,
        KeepInnerAsync = row.KeepInnerAsync,
        Answer = step.Answer,
    };

    /// <returns>Null: it was stopped.</returns>
    async Task<StepOutcome?> OutcomeAsync(StepContext context, StepSpec spec, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            return await parts.Executors.Of(spec).ExecuteAsync(context, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (MissingInputException missing)
        {
            return new StepOutcome.Failed(missing.Message, false, StepEffect.None);
        }
        catch (Exception fault)
        {
            // A fault of ours, not of what was asked: the run says it and stands, the others go on.
            log.LogError(fault, "A step of kind {Kind} met an error", spec.Kind);
            return new StepOutcome.Failed($"It met an error: {fault.Message}", false, StepEffect.Unknown);
        }
    }

    async Task<bool> EndsAsync(Task work, CancellationToken ending)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = ending.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(work, stopped.Task) == work)
            return true;
        return await Task.WhenAny(work, Task.Delay(Grace, clock, CancellationToken.None)) == work;
    }
}
