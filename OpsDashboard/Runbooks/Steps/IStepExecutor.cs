using OpsDashboard.Runbooks.Expressions;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>
/// Carries out the steps of one kind. Thread-safe; holds nothing of a run: what must outlive it stands in outcome and outputs.
/// A new kind is one file in <c>Steps/</c> that implements this and <see cref="IStepKind"/>, registered with <c>services.AddStepKind&lt;T&gt;()</c>.
/// </summary>
public interface IStepExecutor
{
    string Kind { get; }

    /// <summary>What would be done, where, and how it can harm. Pure: no I/O, no clock; called for check, preview and start.</summary>
    StepPlan Plan(StepSpec step, StepInputs inputs);

    /// <summary>Does it. Expected failures are outcomes; when stopped it ends what it began and throws <see cref="OperationCanceledException"/>. A step that waited is executed again when what it waited for is there.</summary>
    Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop);

    /// <summary>Whether a step with an unknown outcome happened. Changes nothing. Asked only where the step has no check of its own.</summary>
    Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop);

    /// <summary>Executed again with its handle it goes on with what it began, and begins nothing twice: whoever takes a run over need ask nobody.</summary>
    bool GoesOn => false;

    /// <summary>Ends what an earlier process began of the step and what may still be going on, by the handle that it kept.</summary>
    /// <returns>What may be left, in a sentence; null: verifiably nothing.</returns>
    Task<string?> EndAsync(StepContext context, CancellationToken stop) => Task.FromResult<string?>(null);
}

/// <summary>Reads the keys of one kind of step.</summary>
public interface IStepKind
{
    string Kind { get; }

    /// <summary>Problems go to the reader. Must not touch the network.</summary>
    object Read(Reading.StepYaml step);
}
