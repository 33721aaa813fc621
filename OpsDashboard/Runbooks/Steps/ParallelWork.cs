using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>One execution of a group: begins what is not done, stores how each stands. Used once.</summary>
sealed class ParallelWork(StepContext context, StepExecutors executors, TimeProvider clock)
{
    readonly ParallelStepOptions options = context.Options<ParallelStepOptions>();

    /// <summary>Who failed first where that stops the others.</summary>
    string? culprit;

    public async Task<StepOutcome> RunAsync(CancellationToken stop)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ends = await Task.WhenAll(options.Steps.Select(spec => OneAsync(spec, others, stop)));
        stop.ThrowIfCancellationRequested();
        var failed = ends.Where(end => end.Run.State == StepState.Failed && end.Spec.OnFailure != OnFailure.Continue).ToArray();
        var done = ends.Count(end => end.Run.State is StepState.Done);
        var outputs = new Dictionary<string, string>
        {
            ["done"] = done.ToString(CultureInfo.InvariantCulture),
            ["failed"] = ends.Count(end => end.Run.State == StepState.Failed).ToString(CultureInfo.InvariantCulture),
        };
        if (failed.Length == 0)
            return new StepOutcome.Done(outputs, $"{done} of {ends.Length} steps are done.");
        var effect = failed.Any(end => end.Run.Effect is StepEffect.Unknown or null) ? StepEffect.Unknown
            : failed.Any(end => end.Run.Effect == StepEffect.Applied) || ends.Any(end => end.Run.State == StepState.Done && IsChange(end.Spec)) ? StepEffect.Applied : StepEffect.None;
        return new StepOutcome.Failed($"{failed.Length} of {ends.Length} failed. {string.Join(" ", failed.Select(end => $"{end.Spec.Title}: {end.Run.Reason}"))}", failed.All(end => end.CanRetry), effect);
    }

    /// <summary>What the inner step works with; it is asked and remembered as a step of its own.</summary>
    public static StepContext ContextOf(StepContext group, StepSpec spec, StepRun run) => group with
    {
        Step = spec,
        Output = group.OutputOf?.Invoke(run.Name) ?? group.Output,
        StartedAt = run.StartedAt ?? group.StartedAt,
        Attempt = Math.Max(1, run.Attempt),
        Handle = run.Handle,
        AskAsync = (_, _) => Task.FromResult<StepAnswer?>(null),
        Inner = [],
        Answer = null,
    };

    async Task<(StepSpec Spec, StepRun Run, bool CanRetry)> OneAsync(StepSpec spec, CancellationTokenSource others, CancellationToken stop)
    {
        // Also where an executor blocks: none holds up the others.
        await Task.Yield();
        var run = context.Inner.FirstOrDefault(one => one.Name == spec.Name) ?? new StepRun { Name = spec.Name, Title = spec.Title };
        if (run.State is StepState.Done or StepState.Skipped)
            return (spec, run, true);
        run = run with { State = StepState.Running, Attempt = run.Attempt + 1, StartedAt = clock.Now(), EndedAt = null, Reason = "", Effect = null };
        if (WhyNot(spec) is { } reason)
        {
            run = run with { State = StepState.Skipped, EndedAt = clock.Now(), Reason = reason };
            await context.KeepInnerAsync(run, stop);
            return (spec, run, true);
        }
        await context.KeepInnerAsync(run, stop);
        var outcome = await OutcomeAsync(spec, run, handle => run = run with { Handle = handle }, others.Token);
        run = outcome switch
        {
            StepOutcome.Done done => run with { State = StepState.Done, EndedAt = clock.Now(), Outputs = done.Outputs, Observation = done.Observation },
            StepOutcome.Failed failed => run with { State = StepState.Failed, EndedAt = clock.Now(), Reason = failed.Reason, Effect = failed.Effect },
            _ => run with { State = StepState.Failed, EndedAt = clock.Now(), Reason = "It waits, which a step beside others cannot.", Effect = StepEffect.Unknown },
        };
        await context.KeepInnerAsync(run, CancellationToken.None);
        if (run.State == StepState.Failed && spec.OnFailure != OnFailure.Continue && options.FirstFailure == FirstFailure.Stop && Interlocked.CompareExchange(ref culprit, spec.Title, null) is null)
            await others.CancelAsync();
        return (spec, run, outcome is StepOutcome.Failed { CanRetry: true });
    }

    async Task<StepOutcome> OutcomeAsync(StepSpec spec, StepRun run, Action<string> kept, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(spec.Timeout, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var effect = IsChange(spec) ? StepEffect.Unknown : StepEffect.None;
        try
        {
            var own = ContextOf(context, spec, run) with
            {
                KeepAsync = (handle, ends) =>
                {
                    kept(handle);
                    return context.KeepInnerAsync(run with { Handle = handle }, ends);
                },
            };
            return await executors.Of(spec).ExecuteAsync(own, ending.Token);
        }
        catch (OperationCanceledException) when (culprit is { } first && stop.IsCancellationRequested)
        {
            return new StepOutcome.Failed($"Stopped, because {first} failed.", true, effect);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return new StepOutcome.Failed($"It took longer than {PrometheusDuration.Format(spec.Timeout)}.", true, effect);
        }
        catch (MissingInputException missing)
        {
            return new StepOutcome.Failed(missing.Message, false, StepEffect.None);
        }
    }

    string? WhyNot(StepSpec spec)
    {
        try
        {
            return spec.When is { } when && !when.Holds(context.Inputs) ? $"{when.Source} does not hold." : null;
        }
        catch (MissingInputException missing)
        {
            return $"Its condition could not be judged: {missing.Message}";
        }
    }

    bool IsChange(StepSpec spec) => executors.Of(spec).Plan(spec, context.Inputs with { IsPreview = true }).Risk != RiskClass.Read;
}
