using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="Runbook">Name of a runbook of the same system.</param>
/// <param name="Parameters">Values of its parameters, by their names; the others have their defaults.</param>
public sealed record RunbookStepOptions(string Runbook, IReadOnlyDictionary<string, Template> Parameters);

/// <summary>
/// Another runbook of the same system, as a run of its own with a page of its own, under the locks of this one. It is planned and confirmed together with
/// this one, and aborted with it. A crash does not start it twice.
/// <code>{ name: warm, kind: runbook, runbook: warm-cache, parameters: { keys: "${steps.find.keys}" }, timeout: 10m }</code>
/// Outputs: <c>run</c>, <c>status</c>.
/// </summary>
public sealed class RunbookStepExecutor(Func<ICatalogue> catalogue, Func<StepExecutors> executors, Func<NestedRuns> nested, TimeProvider clock) : IStepExecutor, IStepKind
{
    /// <summary>Runbooks within each other, the outermost included.</summary>
    public const int MostDeep = 3;

    static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(500);

    // Planning is one call on one thread; a circle that the check did not see ends here.
    [ThreadStatic]
    static int depth;

    public const string Name = "runbook";

    public string Kind => Name;

    public bool GoesOn => true;

    public object Read(StepYaml step)
    {
        if (!step.Map.Has("timeout"))
            step.Map.Report("kind", "A runbook within another needs a time-out of its own.", "Write for example `timeout: 10m`: as long as all of its steps may take.");
        return new RunbookStepOptions(step.Map.Required("runbook"), step.TemplateMap("parameters"));
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (RunbookStepOptions)step.Options;
        var values = options.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Fill(inputs));
        StepPlan Impossible(string why) => new([options.Runbook], "", step.Risk) { Problem = why };
        if (Find(step.SystemId, options.Runbook) is not { } runbook)
            return Impossible($"There is no runbook {options.Runbook} here.");
        if (depth >= MostDeep - 1)
            return Impossible($"Runbooks are nested deeper than {MostDeep}.");
        // What is not known before its step has run is judged when it is.
        var wrong = options.Parameters.Where(pair => !inputs.IsPreview || pair.Value.References.All(reference => reference.IsParameter)).Select(pair => Reject(runbook, pair.Key, values[pair.Key])).OfType<string>().FirstOrDefault()
            ?? runbook.Parameters.Where(parameter => parameter.Default is null && !values.ContainsKey(parameter.Name)).Select(parameter => $"{parameter.Name} is missing.").FirstOrDefault();
        if (wrong is not null)
            return Impossible(wrong);
        depth++;
        try
        {
            var plan = PlanOf(runbook, values);
            return new([runbook.Title, $"version {runbook.Version}", .. values.Select(pair => $"{pair.Key} = {pair.Value}")], runbook.Id, plan.Risk) { Inner = plan.Steps, Locks = plan.Locks, Problem = plan.Problems.FirstOrDefault() };
        }
        finally
        {
            depth--;
        }
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<RunbookStepOptions>();
        if (await nested().FindAsync(context.RunId, stop) is not { } outer || Find(context.SystemId, options.Runbook) is not { } runbook)
            return new StepOutcome.Failed($"There is no runbook {options.Runbook} any more.", false, StepEffect.None);
        StepOutcome.Failed Changed() => new($"The runbook {options.Runbook} was changed since this run was confirmed; abort it and start again.", false, StepEffect.None);
        if (Confirmed(outer.Plan.Steps, context.Step.Name) is not { } confirmed || !confirmed.Command.Contains($"version {runbook.Version}"))
            return Changed();
        var values = options.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Fill(context.Inputs));
        if (values.Select(pair => Reject(runbook, pair.Key, pair.Value)).OfType<string>().FirstOrDefault() is { } wrong)
            return new StepOutcome.Failed(wrong, false, StepEffect.None);
        var plan = PlanOf(runbook, values) with { Locks = [] };
        if (!Versions(confirmed.Inner).SequenceEqual(Versions(plan.Steps)))
            return plan.Problems.FirstOrDefault() is { } problem ? new StepOutcome.Failed(problem, false, StepEffect.None) : Changed();
        var run = await InnerAsync(context, outer, runbook, plan, stop);
        context.Output.Write($"{run.Name}, {run.Title}");
        var began = clock.GetTimestamp();
        try
        {
            return Outcome(await EndAsync(run, context.Output, stop));
        }
        catch (OperationCanceledException)
        {
            // A program that ends leaves it running; whoever takes the outer run over finds it again.
            outer = await nested().FindAsync(outer.Id, CancellationToken.None) ?? outer;
            if (outer.Abort is not null || clock.GetElapsedTime(began) >= context.Step.Timeout)
                await nested().AbortAsync(run.Id, outer, CancellationToken.None);
            throw;
        }
    }

    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) =>
        Guid.TryParse(context.Handle, out var id) && await nested().FindAsync(id, stop) is { Status: RunStatus.Succeeded } ? StepEffect.Applied : StepEffect.Unknown;

    public async Task<string?> EndAsync(StepContext context, CancellationToken stop)
    {
        if (!Guid.TryParse(context.Handle, out var id) || await nested().FindAsync(id, stop) is not { IsOver: false } run || await nested().FindAsync(context.RunId, stop) is not { } outer)
            return null;
        await nested().AbortAsync(id, outer, stop);
        return await nested().FindAsync(id, stop) is { IsOver: false } ? $"{run.Name} is being aborted." : null;
    }

    // The run that an earlier execution began, as long as it may still end well; else another, whose key tells both apart.
    async Task<Run> InnerAsync(StepContext context, Run outer, Runbook runbook, Plan plan, CancellationToken stop)
    {
        var before = Guid.TryParse(context.Handle, out var id) ? await nested().FindAsync(id, stop) : null;
        if (before is { IsOver: false } or { Status: RunStatus.Succeeded })
            return before;
        var run = await nested().StartAsync(outer, $"{outer.Id:N} {context.Step.Name} {before?.Id.ToString("N") ?? "first"}", runbook, plan.Sealed(), stop);
        await context.KeepAsync($"{run.Id}", stop);
        return run;
    }

    async Task<Run> EndAsync(Run run, IStepOutput output, CancellationToken stop)
    {
        var said = "";
        using var tick = new PeriodicTimer(LookPause, clock);
        while (!run.IsOver)
        {
            var word = RunWords.State(run) + (run.Current is { } step ? $": {step.Title}" : "");
            if (word != said)
                output.Write(said = word);
            await tick.WaitForNextTickAsync(stop);
            try
            {
                run = await nested().FindAsync(run.Id, stop) ?? run;
            }
            catch (Exception away) when (Problems.IsOutage(away))
            {
                // The next look asks again.
            }
        }
        output.Write($"{RunWords.State(run)}. {run.Reason}");
        return run;
    }

    static StepOutcome Outcome(Run run) => run.Status == RunStatus.Succeeded
        ? new StepOutcome.Done(new Dictionary<string, string> { ["run"] = run.Name, ["status"] = "succeeded" }, $"{run.Name} succeeded.")
        : new StepOutcome.Failed($"{run.Name} {run.Status.ToString().ToLowerInvariant()}: {run.Reason}", false, run.Plan.Risk == RiskClass.Read ? StepEffect.None : StepEffect.Unknown);

    Plan PlanOf(Runbook runbook, IReadOnlyDictionary<string, string> given) => new Planner(executors(), catalogue()).MakeInner(runbook, given);

    static StepPlan? Confirmed(IEnumerable<PlannedStep> steps, string name) =>
        steps.SelectMany(step => step.Kind == ParallelStepExecutor.Name ? step.Plan.Inner.Prepend(step) : [step]).FirstOrDefault(step => step.Name == name)?.Plan;

    // Which runbooks start further in, and in which versions; values may have become known meanwhile.
    static IEnumerable<string> Versions(IEnumerable<PlannedStep> steps) => steps.SelectMany(step => Versions(step.Plan.Inner).Prepend(step.Kind == Name ? $"{step.Name} {step.Plan.Target} {step.Plan.Command.ElementAtOrDefault(1)}" : step.Name));

    Runbook? Find(string systemId, string name) => catalogue().Current.Find(systemId)?.Document<RunbookDocument>()?.Find(name);

    static string? Reject(Runbook runbook, string name, string value) =>
        runbook.Parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } parameter ? $"{runbook.Title} has no parameter {name}." : parameter.Reject(value) is { } wrong ? $"{name} {wrong}" : null;
}
