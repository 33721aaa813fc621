using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>A kind of step that does what the test says: by the text that it is given.</summary>
sealed class ScriptedKind : IStepExecutor, IStepKind
{
    readonly Dictionary<string, Func<StepContext, CancellationToken, Task<StepOutcome>>> scripts = [];

    public string Kind => "scripted";

    /// <summary>Texts of the steps that were executed, in turn.</summary>
    public List<string> Executed { get; } = [];

    public StepEffect Effect { get; set; } = StepEffect.Unknown;

    /// <summary>Where its steps run.</summary>
    public string Target { get; set; } = "nowhere";

    public ScriptedKind On(string text, Func<StepContext, CancellationToken, Task<StepOutcome>> script)
    {
        scripts[text] = script;
        return this;
    }

    public ScriptedKind On(string text, StepOutcome outcome) => On(text, (_, _) => Task.FromResult(outcome));

    public object Read(StepYaml step) => step.RequiredTemplate("text");

    public StepPlan Plan(StepSpec step, StepInputs inputs) => new([((Template)step.Options).Fill(inputs)], Target, step.Risk);

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var text = context.Options<Template>().Fill(context.Inputs);
        lock (Executed)
            Executed.Add(text);
        context.Output.Write($"did {text}");
        return scripts.TryGetValue(text, out var script) ? script(context, stop) : Task.FromResult<StepOutcome>(Done(text));
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(Effect);

    public static StepOutcome Done(string said) => new StepOutcome.Done(new Dictionary<string, string> { ["said"] = said }, "It is done.");
}
