using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Reading;

/// <summary>Judges which runbooks of a system start which others: that those are there, get what they need, come to an end, and take no higher role. Pure.</summary>
sealed class NestedCheck(RunbookDocument document, ICollection<CatalogueProblem> problems)
{
    public void Run()
    {
        foreach (var runbook in document.Runbooks)
        {
            foreach (var (step, group, options) in Nested(runbook))
                Check(runbook, step, group, options);
        }
    }

    void Check(Runbook runbook, StepSpec step, StepSpec group, RunbookStepOptions options)
    {
        void Report(string message, string remedy) => problems.Add(new(runbook.File, step.Line, $"`{step.Name}`: {message}", remedy));
        if (document.Find(options.Runbook) is not { } inner)
        {
            Report($"there is no runbook `{options.Runbook}` in this system.", $"Use one of {string.Join(", ", document.Runbooks.Select(one => one.Name).Where(name => name != runbook.Name))}.");
            return;
        }
        if (CircleFrom(runbook, inner) is { } circle)
            Report($"it leads back to where it began: {string.Join(" → ", circle)}.", "Take one of these steps out.");
        else if (Depth(inner) + 1 > RunbookStepExecutor.MostDeep)
            Report($"runbooks are nested deeper than {RunbookStepExecutor.MostDeep}.", "Put the steps of the innermost into the one that starts it.");
        if ((step.OnFailure == OnFailure.Continue || group.OnFailure == OnFailure.Continue) && AsksForApproval(inner))
            Report($"`{inner.Name}` asks for an approval: what was not approved does not go on.", "Write `onFailure: stop` or `compensate`, or leave it out.");
        if (inner.MayRun > runbook.MayRun)
            Report($"`{inner.Name}` takes the role {inner.MayRun.ToString().ToLowerInvariant()}, this runbook only {runbook.MayRun.ToString().ToLowerInvariant()}.", $"Write `mayRun: {inner.MayRun.ToString().ToLowerInvariant()}` here.");
        foreach (var name in options.Parameters.Keys.Where(name => inner.Parameters.All(parameter => parameter.Name != name)))
            Report($"`{inner.Name}` has no parameter `{name}`.", inner.Parameters.Count == 0 ? "Remove it." : $"Use one of {string.Join(", ", inner.Parameters.Select(parameter => parameter.Name))}.");
        foreach (var parameter in inner.Parameters)
        {
            var given = options.Parameters.GetValueOrDefault(parameter.Name);
            if (given is null && parameter.Default is null)
                Report($"`{inner.Name}` needs a value for `{parameter.Name}`.", $"Write `parameters: {{ {parameter.Name}: … }}`.");
            else if (given is not null && !given.References.Any() && parameter.Reject(given.Fill(StepInputs.None)) is { } wrong)
                Report($"`{parameter.Name}` {wrong}", "Give it another value.");
        }
    }

    List<string>? CircleFrom(Runbook from, Runbook next)
    {
        var path = new List<string> { from.Name };
        return Leads(next) ? path : null;

        bool Leads(Runbook at)
        {
            if (path.IndexOf(at.Name) is >= 0 and var place)
            {
                path.Add(at.Name);
                // A circle further in is reported where it stands.
                return place == 0;
            }
            path.Add(at.Name);
            foreach (var inner in Nested(at).Select(one => document.Find(one.Options.Runbook)).OfType<Runbook>())
            {
                if (Leads(inner))
                    return true;
                if (path[^1] == inner.Name)
                    path.RemoveAt(path.Count - 1);
            }
            return false;
        }
    }

    int Depth(Runbook runbook, int above = 0) => above > RunbookStepExecutor.MostDeep ? above
        : 1 + Nested(runbook).Select(one => document.Find(one.Options.Runbook)).OfType<Runbook>().Select(inner => Depth(inner, above + 1)).DefaultIfEmpty(0).Max();

    bool AsksForApproval(Runbook runbook, int above = 0) => above <= RunbookStepExecutor.MostDeep
        && (runbook.Steps.Any(step => step.Options is ApprovalOptions) || Nested(runbook).Select(one => document.Find(one.Options.Runbook)).OfType<Runbook>().Any(inner => AsksForApproval(inner, above + 1)));

    /// <returns>Each with the step of the runbook in which it stands: itself, or its group.</returns>
    static IEnumerable<(StepSpec Step, StepSpec Group, RunbookStepOptions Options)> Nested(Runbook runbook) =>
        from step in runbook.Steps
        from one in (step.Options as ParallelStepOptions)?.Steps.Prepend(step) ?? [step]
        where one.Options is RunbookStepOptions
        select (one, step, (RunbookStepOptions)one.Options);
}
