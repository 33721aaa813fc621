namespace OpsDashboard.Access;

/// <param name="Field">As the caller named it, in camelCase; empty for the input as a whole.</param>
public sealed record FieldProblem(string Field, string Message);

/// <summary>The input cannot be accepted; every problem is named at once. Endpoints answer 400 and pages show each beside its field.</summary>
public sealed class InvalidInputException(IReadOnlyList<FieldProblem> problems)
    : Exception(string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message}")))
{
    public InvalidInputException(string field, string message) : this([new(field, message)]) { }

    public IReadOnlyList<FieldProblem> Problems { get; } = problems;

    public static void ThrowIfAny(IReadOnlyList<FieldProblem> problems)
    {
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
    }
}

/// <summary>There is no such thing, or not for this actor. Endpoints answer 404.</summary>
public sealed class NotFoundException(string what) : Exception($"There is no {what}.");

/// <summary>The change was based on an older version. Endpoints answer 409 with the current state.</summary>
public sealed class StaleVersionException(int expected, int actual) : Exception($"The change was based on version {expected}; it is now version {actual}. Look at it again and repeat what still applies.")
{
    public int Actual { get; } = actual;
}
