using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Reading;

/// <summary>Reads the steps of a runbook and judges whether they fit each other. Thread-safe.</summary>
public sealed class StepReader(IEnumerable<IStepKind> kinds, IExpressionSyntax? syntax = null)
{
    const int MostSteps = 50, MostAttempts = 10;

    readonly Dictionary<string, IStepKind> kinds = kinds.ToDictionary(kind => kind.Kind);

    enum Place
    {
        Own,

        /// <summary>The check or the undo of another.</summary>
        Attached,

        /// <summary>Beside others within a step.</summary>
        Inner,
    }

    /// <param name="Parameters">Names that templates may refer to.</param>
    /// <param name="Before">Steps that have run when this one begins.</param>
    /// <param name="All">Every step's name, as often as it stands there.</param>
    sealed record Surroundings(string SystemId, RiskClass Risk, IReadOnlySet<string> Parameters, string[] Before, string[] All);

    /// <param name="parameters">Names that templates may refer to.</param>
    public IReadOnlyList<StepSpec> Read(YamlMap runbook, RiskClass risk, IReadOnlySet<string> parameters, string systemId)
    {
        var steps = new List<StepSpec>();
        var maps = runbook.Maps("steps");
        if (maps.Count is 0 or > MostSteps)
            runbook.Report("steps", maps.Count == 0 ? "A runbook needs at least one step." : $"There are {maps.Count} steps; at most {MostSteps} are read.", "Add `steps: [{ name: …, kind: … }]`, or split the runbook.");
        var inner = maps.Select(map => map.Has("kind") && map.Text("kind") == ParallelStepExecutor.Name ? map.Maps("steps") : []).ToArray();
        var names = maps.Select((map, i) => inner[i].Prepend(map).Select(one => one.Has("name") ? one.Text("name") ?? "" : "").ToArray()).ToArray();
        for (var i = 0; i < Math.Min(maps.Count, MostSteps); i++)
        {
            var map = maps[i];
            var name = map.Identifier("name");
            if (steps.FirstOrDefault(step => step.Name == name) is { } twice)
                map.Report("name", $"The step `{name}` stands here twice (first in line {twice.Line}).", "Give one of them another name.");
            var around = new Surroundings(systemId, risk, parameters, [.. names[..i].SelectMany(one => one)], [.. names.SelectMany(one => one)]);
            if (ReadStep(map, name, around, Place.Own, inner[i]) is { } step)
                steps.Add(step);
        }
        CheckBranches(runbook, steps);
        return steps;
    }

    /// <param name="inner">The steps that run within it.</param>
    StepSpec? ReadStep(YamlMap map, string name, Surroundings around, Place place, IReadOnlyList<YamlMap> inner)
    {
        var yaml = new StepYaml(map, syntax, () => ReadInner(inner, around));
        var kindName = map.Required("kind");
        if (kindName.Length == 0)
            return null;
        if (!kinds.TryGetValue(kindName, out var kind))
        {
            map.Report("kind", $"There is no kind of step `{kindName}`.", $"Use one of {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}.");
            return null;
        }
        var step = new StepSpec
        {
            Name = name,
            SystemId = around.SystemId,
            Title = map.Text("title") ?? name,
            Kind = kindName,
            Timeout = ReadTimeout(map),
            Retry = ReadRetry(map),
            When = yaml.Condition("when"),
            OnFailure = map.Choice<OnFailure>("onFailure") ?? OnFailure.Stop,
            IsIdempotent = map.Flag("idempotent") ?? false,
            Risk = map.Choice<RiskClass>("risk") ?? around.Risk,
            Options = kind.Read(yaml),
            Line = map.Line,
        };
        if (place != Place.Attached && map.Map("check") is { } check)
            step = step with { Check = ReadStep(check, $"{name} (check)", around with { Risk = RiskClass.Read }, Place.Attached, []) };
        if (place == Place.Own && map.Map("undo") is { } undo)
            step = step with { Undo = ReadStep(undo, $"{name} (undo)", around with { Before = [.. around.Before, name, .. inner.Select(one => one.Text("name") ?? "")] }, Place.Attached, []) };
        CheckPlace(map, step, place);
        map.RejectUnknownKeys();
        foreach (var (reference, line) in yaml.References)
            CheckReference(map, reference, line, around);
        return step;
    }

    IReadOnlyList<StepSpec> ReadInner(IReadOnlyList<YamlMap> maps, Surroundings around)
    {
        var steps = new List<StepSpec>();
        foreach (var map in maps)
        {
            var name = map.Identifier("name");
            if (around.All.Count(one => one == name) > 1)
                map.Report("name", $"The step `{name}` stands in this runbook twice.", "Give one of them another name.");
            if (ReadStep(map, name, around, Place.Inner, []) is { } step)
                steps.Add(step);
        }
        return steps;
    }

    static void CheckPlace(YamlMap map, StepSpec step, Place place)
    {
        if (place == Place.Attached && step.Options is IAnswered { MayWait: true } or ApprovalOptions)
            map.Report("kind", "A check or an undo cannot wait for what somebody says.", step.Kind == "sql" ? "Write `commit: auto`." : "Use another kind of step.");
        if (place == Place.Attached && step.Options is ParallelStepOptions or RunbookStepOptions)
            map.Report("kind", "A check or an undo is a single step.", "Use another kind of step.");
        if (place == Place.Inner && step.Options is IAnswered { MayWait: true } or DelayOptions or ApprovalOptions)
            map.Report("kind", $"A step of kind `{step.Kind}` waits, and cannot run beside others.", step.Kind == "sql" ? "Write `commit: auto`, or put it before or behind the group." : "Put it before or behind the group.");
        if (place == Place.Inner && step.Options is ParallelStepOptions)
            map.Report("kind", "A group within a group runs beside its steps anyway.", "Put its steps into the outer one.");
        foreach (var key in place == Place.Inner ? new[] { "retry", "undo" }.Where(map.Has) : [])
            map.Report(key, $"A step of a group has no `{key}` of its own.", "Give it to the group.");
        if (place == Place.Inner && step.OnFailure == OnFailure.Compensate)
            map.Report("onFailure", "A step of a group does not compensate by itself.", "Give `onFailure: compensate` to the group.");
    }

    static void CheckReference(YamlMap map, Reference reference, int line, Surroundings around)
    {
        var parameters = around.Parameters;
        if (reference.IsParameter && !parameters.Contains(reference.Name))
            map.ReportAt(line, $"There is no parameter `{reference.Name}`.", parameters.Count == 0 ? "Declare it under `parameters:`." : $"Declare it, or use one of {string.Join(", ", parameters.Order(StringComparer.Ordinal))}.");
        if (!reference.IsParameter && !around.Before.Contains(reference.Name))
            map.ReportAt(line, around.All.Contains(reference.Name) ? $"The step `{reference.Name}` has not run yet here." : $"There is no step `{reference.Name}`.", "Steps run from top to bottom; refer to one above.");
    }

    static TimeSpan ReadTimeout(YamlMap map)
    {
        var timeout = map.Duration("timeout") ?? StepSpec.DefaultTimeout;
        if (timeout > TimeSpan.Zero && timeout <= TimeSpan.FromHours(24))
            return timeout;
        map.Report("timeout", "A time-out is more than nothing and at most 24h.", "Write for example `timeout: 60s`.");
        return StepSpec.DefaultTimeout;
    }

    static RetryPolicy ReadRetry(YamlMap map)
    {
        if (map.Map("retry") is not { } retry)
            return RetryPolicy.Once;
        var policy = new RetryPolicy(retry.Integer("attempts") ?? 0, retry.Duration("pause") ?? TimeSpan.FromSeconds(1));
        retry.RejectUnknownKeys();
        if (policy.Attempts is >= 2 and <= MostAttempts)
            return policy;
        retry.Report("attempts", $"{policy.Attempts} attempts are no retry.", $"Write a number from 2 to {MostAttempts}: `retry: {{ attempts: 3, pause: 5s }}`.");
        return RetryPolicy.Once;
    }

    // A way back would be a circle: a run comes to an end.
    static void CheckBranches(YamlMap runbook, List<StepSpec> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var next in (steps[i].Options as IBranches)?.Targets ?? [])
            {
                var place = steps.FindIndex(step => step.Name == next);
                if (place < 0)
                    runbook.ReportAt(steps[i].Line, $"`{steps[i].Name}` leads to `{next}`, which is no step.", "Name a step below it.");
                else if (place <= i)
                    runbook.ReportAt(steps[i].Line, $"`{steps[i].Name}` leads back to `{next}`: the run would go in circles.", "Name a step below it.");
            }
        }
    }
}

/// <summary>Options of a step that may lead elsewhere than to the next.</summary>
public interface IBranches
{
    IEnumerable<string> Targets { get; }
}
