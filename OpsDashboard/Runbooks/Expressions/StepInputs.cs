namespace OpsDashboard.Runbooks.Expressions;

/// <summary>What a step's texts are filled with. Immutable.</summary>
/// <param name="Parameters">By name, validated.</param>
/// <param name="Outputs">Of the steps that are done, by step and name.</param>
/// <param name="IsPreview">Outputs are not there yet: references to them stay as they stand.</param>
public sealed record StepInputs(IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Outputs, bool IsPreview = false)
{
    public static readonly StepInputs None = Preview(new Dictionary<string, string>());

    public static StepInputs Preview(IReadOnlyDictionary<string, string> parameters) =>
        new(parameters, new Dictionary<string, IReadOnlyDictionary<string, string>>(), IsPreview: true);

    /// <exception cref="MissingInputException">The step gave no such output.</exception>
    public string Of(Reference reference)
    {
        if (reference.IsParameter)
            return Parameters.TryGetValue(reference.Name, out var value) ? value : throw new MissingInputException(reference);
        if (Outputs.TryGetValue(reference.Name, out var outputs) && outputs.TryGetValue(reference.Output!, out var output))
            return output;
        return IsPreview ? reference.ToString() : throw new MissingInputException(reference);
    }
}

/// <summary>A value that is needed was not given; the message is fit for a person.</summary>
public sealed class MissingInputException(Reference reference)
    : Exception(reference.IsParameter ? $"The parameter {reference.Name} has no value." : $"The step {reference.Name} gave no output {reference.Output}.");
