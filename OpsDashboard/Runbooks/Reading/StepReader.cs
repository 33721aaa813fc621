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

    /// <param name="parameters">Names that templates may refer to.</param>
    public IReadOnlyList<StepSpec> Read(YamlMap runbook, RiskClass risk, IReadOnlySet<string> parameters)
    {
        var steps = new List<StepSpec>();
        var maps = runbook.Maps("steps");
        if (maps.Count is 0 or > MostSteps)
            runbook.Report("steps", maps.Count == 0 ? "A runbook needs at least one step." : $"There are {maps.Count} steps; at most {MostSteps} are read.", "Add `steps: [{ name: …, kind: … }]`, or split the runbook.");
        var names = maps.Select(map => map.Has("name") ? map.Text("name") ?? "" : "").ToArray();
        for (var i = 0; i < Math.Min(maps.Count, MostSteps); i++)
        {
            var map = maps[i];
            var name = map.Identifier("name");
            if (steps.FirstOrDefault(step => step.Name == name) is { } twice)
                map.Report("name", $"The step `{name}` stands here twice (first in line {twice.Line}).", "Give one of them another name.");
            if (ReadStep(map, name, risk, parameters, names[..i], names) is { } step)
                steps.Add(step);
        }
        CheckBranches(runbook, steps);
        return steps;
    }

    /// <param name="isInner">It is the check or the undo of another.</param>
    StepSpec? ReadStep(YamlMap map, string name, RiskClass risk, IReadOnlySet<string> parameters, string[] before, string[] all, bool isInner = false)
    {
        var yaml = new StepYaml(map, syntax);
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
            Title = map.Text("title") ?? name,
            Kind = kindName,
            Timeout = ReadTimeout(map),
            Retry = ReadRetry(map),
            When = yaml.Condition("when"),
            OnFailure = map.Choice<OnFailure>("onFailure") ?? OnFailure.Stop,
            IsIdempotent = map.Flag("idempotent") ?? false,
            Risk = map.Choice<RiskClass>("risk") ?? risk,
            Options = kind.Read(yaml),
            Line = map.Line,
        };
        if (!isInner)
        {
            step = step with
            {
                Check = map.Map("check") is { } check ? ReadStep(check, $"{name} (check)", RiskClass.Read, parameters, before, all, isInner: true) : null,
                Undo = map.Map("undo") is { } undo ? ReadStep(undo, $"{name} (undo)", risk, parameters, [.. before, name], all, isInner: true) : null,
            };
        }
        map.RejectUnknownKeys();
        foreach (var (reference, line) in yaml.References)
            CheckReference(map, reference, line, parameters, before, all);
        return step;
    }

    static void CheckReference(YamlMap map, Reference reference, int line, IReadOnlySet<string> parameters, string[] before, string[] all)
    {
        if (reference.IsParameter && !parameters.Contains(reference.Name))
            map.ReportAt(line, $"There is no parameter `{reference.Name}`.", parameters.Count == 0 ? "Declare it under `parameters:`." : $"Declare it, or use one of {string.Join(", ", parameters.Order(StringComparer.Ordinal))}.");
        if (!reference.IsParameter && !before.Contains(reference.Name))
            map.ReportAt(line, all.Contains(reference.Name) ? $"The step `{reference.Name}` has not run yet here." : $"There is no step `{reference.Name}`.", "Steps run from top to bottom; refer to one above.");
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
