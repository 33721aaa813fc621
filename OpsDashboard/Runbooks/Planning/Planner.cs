using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Planning;

/// <summary>Makes plans. Thread-safe, no I/O and no clock: the same runbook, values and catalogue give the same plan.</summary>
public sealed class Planner(StepExecutors executors, ICatalogue catalogue)
{
    /// <summary>The values that are proposed: defaults, and what the alert's labels say.</summary>
    public static IReadOnlyDictionary<string, string> Proposed(Runbook runbook, Alert? alert)
    {
        var values = new Dictionary<string, string>();
        foreach (var parameter in runbook.Parameters)
        {
            var label = parameter.FromLabel is { } name && alert?.Labels[name] is { Length: > 0 } text && parameter.Reject(text) is null ? text : null;
            if ((label ?? parameter.Default) is { } value)
                values[parameter.Name] = value;
        }
        return values;
    }

    /// <param name="given">What somebody chose; the rest is as proposed.</param>
    /// <exception cref="InvalidInputException">Every value that is refused, under the parameter's name.</exception>
    public Plan Make(Runbook runbook, IReadOnlyDictionary<string, string> given, Alert? alert) =>
        Of(runbook, Values(runbook, given, alert), alert);

    /// <summary>The plan of a runbook that another one starts; whoever asks has judged the values, as far as they are known.</summary>
    internal Plan MakeInner(Runbook runbook, IReadOnlyDictionary<string, string> given)
    {
        var values = new Dictionary<string, string>(Proposed(runbook, null));
        foreach (var (name, value) in given)
            values[name] = value;
        return Of(runbook, values, null);
    }

    Plan Of(Runbook runbook, IReadOnlyDictionary<string, string> values, Alert? alert)
    {
        var inputs = StepInputs.Preview(values);
        var steps = runbook.Steps.Select(step => Plan(step, inputs)).ToArray();
        return new Plan
        {
            RunbookId = runbook.Id,
            RunbookVersion = runbook.Version,
            Environment = catalogue.Current.Environment,
            AlertId = alert?.Id,
            Parameters = values,
            Steps = steps,
            Mutes = runbook.Mutes,
            DeclaredRisk = runbook.Risk,
            Locks = [.. runbook.Locks.Concat(steps.SelectMany(step => step.Plan.Locks)).Distinct().Order(StringComparer.Ordinal)],
        }.Sealed();
    }

    PlannedStep Plan(StepSpec step, StepInputs inputs) => new(step.Name, step.Title, step.Kind, executors.Of(step).Plan(step, inputs), step.When?.Source,
        step.Undo is { } undo ? executors.Of(undo).Plan(undo, inputs) : null);

    static Dictionary<string, string> Values(Runbook runbook, IReadOnlyDictionary<string, string> given, Alert? alert)
    {
        var problems = given.Keys.Where(name => runbook.Parameters.All(parameter => parameter.Name != name))
            .Select(name => new FieldProblem(name, "is no parameter of this runbook.")).ToList();
        var proposed = Proposed(runbook, alert);
        var values = new Dictionary<string, string>();
        foreach (var parameter in runbook.Parameters)
        {
            if ((given.GetValueOrDefault(parameter.Name) ?? proposed.GetValueOrDefault(parameter.Name)) is not { } value)
                problems.Add(new(parameter.Name, "is missing."));
            else if (parameter.Reject(value) is { } wrong)
                problems.Add(new(parameter.Name, wrong));
            else
                values[parameter.Name] = value;
        }
        InvalidInputException.ThrowIfAny(problems);
        return values;
    }
}
